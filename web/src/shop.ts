// Whose page it is: the web service writes the shop's name and address into it (channels/pages.py).

const page = typeof document === 'undefined' ? {} : document.documentElement.dataset

export const SHOP = page.shop ?? ''
export const CONTACT = page.contact ?? ''
