// The answer to one question in the page: reading it, and showing one that was kept.

const controls = (question) => [...question.querySelectorAll('[name^="q"]')];

export function readAnswer(question) {
  const fields = controls(question);
  if (question.dataset.kind === "ordering") return fields.map((one) => one.value).filter(Boolean);
  if (question.dataset.kind === "fill_in") return fields[0].value.trim() ? [fields[0].value.trim()] : [];
  return fields.filter((one) => one.checked).map((one) => one.value);
}

export function showAnswer(question, value) {
  const fields = controls(question);
  if (question.dataset.kind === "ordering") fields.forEach((one, place) => { one.value = value[place] ?? ""; });
  else if (question.dataset.kind === "fill_in") fields[0].value = value[0] ?? "";
  else fields.forEach((one) => { one.checked = value.includes(one.value); });
}

// An item that stands in two places of an order.
export function isRepeated(question) {
  const value = readAnswer(question);
  return question.dataset.kind === "ordering" && new Set(value).size !== value.length;
}
