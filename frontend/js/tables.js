// A table that stacks on a phone is shown as blocks, and some browsers then no longer tell a screen reader that it
// is a table. Its roles are stated here and not in the markup, where a checker rightly calls them superfluous.

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

/** States the roles of each stacking table in `scope`. */
export function tables(scope) {
  for (const table of scope.querySelectorAll(".s-people, .s-table--stacks")) {
    for (const element of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) {
      element.setAttribute("role", ROLES[element.tagName]);
    }
    for (const head of table.querySelectorAll("th")) {
      head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    }
  }
}
