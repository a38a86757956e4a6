// Rows that can be added and removed in a form: the household's members.
// <div data-rows> holds [data-row] elements and a <template>; "__n__" becomes the row's number.

function renumber(holder) {
  holder.querySelectorAll("[data-row] [data-row-number]").forEach((place, index) => {
    place.textContent = String(index + 1);
  });
}

function addRow(holder) {
  const number = Number(holder.dataset.next);
  holder.dataset.next = String(number + 1);
  const template = holder.querySelector("template");
  const html = template.innerHTML.replaceAll("__n__", String(number));
  template.insertAdjacentHTML("beforebegin", html);
  renumber(holder);
  const added = template.previousElementSibling;
  added.querySelector("input:not([type=hidden]), select")?.focus();
}

function removeRow(row) {
  const holder = row.closest("[data-rows]");
  row.remove();
  renumber(holder);
  holder.querySelector("[data-add-row]")?.focus();
}

document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-add-row]");
  if (adder) addRow(adder.closest("[data-rows]"));
  const remover = event.target.closest("[data-remove-row]");
  if (remover) removeRow(remover.closest("[data-row]"));
});
