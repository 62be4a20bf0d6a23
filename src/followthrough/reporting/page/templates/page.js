"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;

  // A key of its own, else the words of the cell.
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent.trim();
  };

  const sort = (table, header, column) => {
    const up = header.getAttribute("aria-sort") !== "ascending";
    const number = "number" in header.dataset;
    const keyed = [...table.tBodies[0].rows].map((row, place) => [key(row, column), row, place]);
    keyed.sort(([a, , first], [b, , second]) => {
      if (a === "" || b === "") return (a === "") - (b === "") || first - second; // what is unknown comes last
      const order = number ? a.replaceAll(",", "") - b.replaceAll(",", "") : compare(a, b);
      return (up ? order : -order) || first - second;
    });
    for (const one of all("[aria-sort]", table)) one.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };

  for (const table of all("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header, column));
      header.append(button);
      header.setAttribute("aria-sort", "none");
    });
  }

  // Shows the rows that hold every word of the field and carry every token that is asked for.
  const filter = (controls) => {
    const table = document.getElementById(controls.dataset.for);
    const field = controls.querySelector("input");
    const choices = all("select", controls);
    const also = controls.querySelector(".also");
    const rows = [...table.tBodies[0].rows].map((row) => ({
      row,
      words: row.textContent.toLowerCase(),
      tokens: new Set((row.dataset.t ?? "").split(" ")),
    }));
    let more = [];
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = [...choices.map((choice) => choice.value).filter(Boolean), ...more];
      let shown = 0;
      for (const one of rows) {
        const fits = words.every((word) => one.words.includes(word)) && wanted.every((token) => one.tokens.has(token));
        one.row.hidden = !fits;
        shown += fits;
      }
      if (also) also.hidden = !more.length;
      controls.querySelector("output").textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    };
    const narrow = (tokens, label = "") => {
      field.value = "";
      more = tokens.filter((token) => !choices.some((choice) => [...choice.options].some((one) => one.value === token)));
      for (const choice of choices) {
        choice.value = [...choice.options].map((one) => one.value).find((value) => value && tokens.includes(value)) ?? "";
      }
      if (also) also.textContent = `Only: ${label} \u00d7`;
      apply();
    };
    controls.addEventListener("input", apply);
    controls.querySelector("[type=reset]")?.addEventListener("click", () => narrow([]));
    also?.addEventListener("click", () => {
      more = [];
      apply();
      field.focus();
    });
    controls.hidden = false;
    apply();
    return narrow;
  };

  const narrowings = new Map(all("[data-for]").map((controls) => [controls.dataset.for, filter(controls)]));
  const narrow = narrowings.get("measures") ?? (() => {});

  // A figure leads to what it counts.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-want]");
    if (!link) return;
    narrow(link.dataset.want.split(" ").filter(Boolean), link.dataset.label);
    document.getElementById("list").focus();
  });
})();
