import {lettersAnswer, type DemoLetter} from './answers.js'
import type {CommandLine} from './command-line.js'

/** All open dead letters, of all flows. */
export async function listLetters(commands: CommandLine): Promise<readonly DemoLetter[]> {
  const {letters} = await commands.run(['dlq', 'list', '--state', 'open', '--limit', '10000'], lettersAnswer)
  return letters
}
