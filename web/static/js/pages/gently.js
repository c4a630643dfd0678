// A quiet word beside what is being written; it holds nothing back and sends nothing anywhere.
on("input", "[data-gently] textarea", (field) => {
  for (const hint of field.closest("[data-gently]").querySelectorAll("[data-gentle]")) {
    hint.hidden = !new RegExp(hint.dataset.gentle, "iu").test(field.value);
  }
});
