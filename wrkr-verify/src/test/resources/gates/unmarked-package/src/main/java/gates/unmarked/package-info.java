/** Not marked. */
package gates.unmarked;
