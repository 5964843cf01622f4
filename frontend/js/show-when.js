// A question that only follows from an answer: data-show-when="danger=yes", "danger=yes|unknown" (either) or
// "danger=yes&child=yes" (both). Without JavaScript every question is shown; the server decides by the same rules
// either way, so an answer left in a hidden question does no harm and comes back when the question does.

/** The values that a form now holds for a name: ticked boxes, the chosen radio, a select, a text. */
function answers(form, name) {
  return [...form.elements]
    .filter((control) => control.name === name)
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .flatMap((control) =>
      control.type === "select-multiple"
        ? [...control.selectedOptions].map((option) => option.value)
        : [control.value],
    );
}

/** Whether a rule holds. */
function holds(form, rule) {
  return rule.split("&").every((part) => {
    const [name, wanted = ""] = part.split("=", 2).map((piece) => piece.trim());
    const given = answers(form, name);
    return wanted === "*" ? given.some((value) => value !== "") : wanted.split("|").some((value) => given.includes(value));
  });
}

function refresh(form) {
  form.querySelectorAll("[data-show-when]").forEach((element) => {
    element.hidden = !holds(form, element.dataset.showWhen);
  });
}

/** Shows and hides the dependent questions of each form in `scope`, now and at every change. */
export function showWhen(scope) {
  const forms = new Set(
    [...scope.querySelectorAll("[data-show-when]")].map((element) => element.closest("form")).filter(Boolean),
  );
  if (scope !== document && scope.closest?.("form")) forms.add(scope.closest("form"));
  for (const form of forms) {
    refresh(form);
    if (form.dataset.showWhenReady) continue;
    form.dataset.showWhenReady = "yes";
    form.addEventListener("input", () => refresh(form));
    form.addEventListener("change", () => refresh(form));
  }
}
