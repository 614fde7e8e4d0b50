// Chooses the colours before anything is drawn, so that nothing flashes. Not a module: those wait for the page.
(() => {
  const page = document.documentElement;
  page.dataset.js = '';
  if (page.dataset.theme) return;
  try {
    const theme = localStorage.getItem('headroom.theme');
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
  } catch {
    // Without storage the system's theme holds.
  }
})();
