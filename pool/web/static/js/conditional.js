// A question that hangs on another comes and goes by itself where there is a script (when.js), so
// the sentence on when to answer it is only for pages without.

for (const note of document.querySelectorAll("[data-when] [data-when-note]")) note.hidden = true;
