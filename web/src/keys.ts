// Where it is remembered which conversation this browser has; the loader looks whether there is one.

export const SESSION = 'inomega-chat-session'
