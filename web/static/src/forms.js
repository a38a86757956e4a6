// Small habits of forms: a filter submits itself, a question is asked before what cannot be undone,
// a form is sent once however often its button is pressed, one box ticks all of its form, and an
// error takes the focus.

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-tick-all]")) {
    const boxes = event.target.form.querySelectorAll("tbody input[type=checkbox]");
    boxes.forEach((box) => { box.checked = event.target.checked; });
  }
});

// A question is there only where an earlier one was answered so; otherwise nothing of it is sent.
function askWhereAsked(form) {
  form.querySelectorAll("[data-when]").forEach((block) => {
    const source = form.elements.namedItem(block.dataset.when);
    const asked = source !== null && !source.disabled && source.value === block.dataset.is;
    block.hidden = !asked;
    block.querySelectorAll("input, select, textarea").forEach((field) => {
      field.disabled = !asked;
    });
  });
}

document.querySelectorAll("form:has([data-when])").forEach((form) => {
  askWhereAsked(form);
  form.addEventListener("change", () => askWhereAsked(form));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.ask ?? form.dataset.ask;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 5000);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelector("[data-take-focus]")?.focus();
});
