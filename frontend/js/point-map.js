// A map that is folded away brings its script and styles only when it is opened: most reports are taken without it.

/** Follows every <details data-map-script> in `scope`. */
export function pointMaps(scope) {
  for (const folded of scope.querySelectorAll("details[data-map-script]")) {
    folded.addEventListener(
      "toggle",
      () => {
        const styles = document.createElement("link");
        styles.rel = "stylesheet";
        styles.href = folded.dataset.mapStyles;
        styles.addEventListener("load", () => import(folded.dataset.mapScript), { once: true });
        document.head.append(styles);
      },
      { once: true },
    );
  }
}
