// Sentinel's JavaScript. Every page works without it; each part makes one thing better where it runs.
import { autosave } from "./autosave.js";
import { components } from "./components.js";
import { menu } from "./menu.js";
import { onItsWay } from "./on-its-way.js";
import { once } from "./once.js";
import { parts } from "./parts.js";
import { pointMaps } from "./point-map.js";
import { printed } from "./printed.js";
import { followChoices, reveal } from "./reveal.js";
import { said } from "./said.js";
import { session } from "./session.js";
import { showWhen } from "./show-when.js";
import { tables } from "./tables.js";

/** Starts what belongs to a part of the page: the whole of it, or what htmx has just put in. */
function start(scope) {
  components(scope);
  reveal(scope);
  showWhen(scope);
  parts(scope);
  autosave(scope);
  tables(scope);
  pointMaps(scope);
}

menu();
onItsWay();
once();
printed();
session();
said();
followChoices();
start(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});
