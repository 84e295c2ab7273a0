// Calculates workbooks with HyperFormula: workbooks as JSON on the standard input, the formulas' results on the output.
//
// In:  [{sheet: [[cell, …], …]}, …]; a cell is null, a number, "=formula" or "'text".
// Out: [{sheet: {"row,column": result}}, …]; an error value is {"error": "#N/A"}.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const require = createRequire(join(process.argv[2], 'package.json'))
const { HyperFormula } = require('hyperformula')

// By default it shows 10 digits of a result, while it calculates with all; a spreadsheet shows 15.
const OPTIONS = { licenseKey: 'gpl-v3', precisionRounding: 15 }

function calculated (sheets) {
  const engine = HyperFormula.buildFromSheets(sheets, OPTIONS)
  const results = {}
  for (const [name, rows] of Object.entries(sheets)) {
    const sheet = engine.getSheetId(name)
    results[name] = {}
    rows.forEach((cells, row) => cells.forEach((cell, col) => {
      if (typeof cell !== 'string' || !cell.startsWith('=')) return
      const value = engine.getCellValue({ sheet, row, col })
      results[name][`${row},${col}`] = value !== null && typeof value === 'object' ? { error: value.value } : value
    }))
  }
  engine.destroy()
  return results
}

const workbooks = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(workbooks.map(calculated)))
