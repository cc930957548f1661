// Shows the document of one dialect. Everything it needs is served from here.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("openapi");
  window.SwaggerUIBundle({
    url: place.dataset.url,
    domNode: place,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
  });
});
