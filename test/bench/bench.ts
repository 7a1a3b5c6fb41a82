// Which benchmark: the first word of the command line.
await (process.argv[2] === 'deadletters' ? import('./deadletters/run.js') : import('./run.js'))
