// The folded parts of a long form: <details data-part>. Each says how many of its questions must still be asked, and
// when none is left the next part opens: the form grows with the answers. data-asked names the control that must be
// answered. Nothing is folded up again while somebody works: what one reads would jump.

function left(form, part) {
  return [...part.querySelectorAll("[data-asked]")].filter((question) => {
    if (question.closest("[hidden]")) return false;
    return ![...form.elements].some(
      (control) =>
        control.name === question.dataset.asked &&
        (["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim() !== ""),
    );
  }).length;
}

function refresh(form, touched) {
  const parts = [...form.querySelectorAll("details[data-part]")];
  for (const part of parts) {
    const missing = left(form, part);
    const state = part.querySelector("[data-part-state]");
    const words = missing ? `${missing} to ask` : state.textContent && "asked";
    if (state.textContent !== words) state.textContent = words;
  }
  const shown = parts.filter((part) => !part.parentElement.closest("[hidden]"));
  if (!shown.length) return;
  const present = touched?.closest?.("details[data-part]");
  if (shown.some((part) => part.open && left(form, part))) return;
  if (present && left(form, present)) return;
  const next = shown.find((part) => !part.open && left(form, part));
  if (next && (present || !shown.some((part) => part.open))) next.open = true;
}

/** Follows every form in `scope` that has parts. */
export function parts(scope) {
  const forms = new Set([...scope.querySelectorAll("details[data-part]")].map((part) => part.closest("form")));
  for (const form of forms) {
    if (!form || form.dataset.partsReady) continue;
    form.dataset.partsReady = "yes";
    refresh(form);
    form.addEventListener("change", (event) => refresh(form, event.target));
    form.addEventListener("input", (event) => {
      if (["radio", "checkbox"].includes(event.target.type)) return;
      refresh(form, event.target);
    });
  }
}
