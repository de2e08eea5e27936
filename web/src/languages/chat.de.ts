// chat.de.js: left on its own script element, where the loader finds it.

import { texts } from './de'

Object.assign(document.currentScript ?? {}, { texts })
