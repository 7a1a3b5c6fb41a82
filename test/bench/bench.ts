// Which benchmark: the first word of the command line.
const [, , which] = process.argv
if (which === 'deadletters') await import('./deadletters/run.js')
else if (which === 'push') await import('./push/run.js')
else await import('./run.js')
