// chat.en.js: left on its own script element, where the loader finds it.

import { texts } from './en'

Object.assign(document.currentScript ?? {}, { texts })
