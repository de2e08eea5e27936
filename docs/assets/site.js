// A table that is wider than the screen scrolls by itself, so the keyboard has to reach it, too.
addEventListener('load', () => {
  for (const wide of document.querySelectorAll('.md-typeset__scrollwrap')) {
    if (wide.scrollWidth <= wide.clientWidth) continue
    wide.tabIndex = 0
    wide.setAttribute('role', 'region')
    wide.setAttribute('aria-label', 'Table')
  }
})
