-- Requests to the specedit language server of a buffer.
local M = {}

local running = {} -- buffer → the edit under way: { client, id }

local function client(buffer)
  local found = vim.lsp.get_clients({ bufnr = buffer, name = 'specedit' })[1]
  if not found then
    vim.notify('specedit is not attached to this buffer; see :checkhealth specedit', vim.log.levels.ERROR)
  end
  return found
end

local function document(buffer)
  return { uri = vim.uri_from_bufnr(buffer), version = vim.lsp.util.buf_versions[buffer] }
end

local function tell(err, result)
  if err then
    vim.notify('specedit: ' .. err.message, vim.log.levels.WARN)
  elseif result then
    vim.notify('specedit: ' .. result.message, result.applied and vim.log.levels.INFO or vim.log.levels.WARN)
  end
end

--- The range of whole lines, from 1, both included.
function M.lines(first, last)
  return { start = { line = first - 1, character = 0 }, ['end'] = { line = last, character = 0 } }
end

--- Edit a buffer, the current one by default; only the lines of `range`, if it is given. `what`: an instruction, or
--- parameters of specedit/applyEdit, as { snippet = … }.
function M.apply(what, range, buffer)
  what = type(what) == 'string' and { instruction = what } or what
  buffer = buffer or vim.api.nvim_get_current_buf()
  local server = client(buffer)
  if not server then
    return
  end
  local edit = { client = server }
  local params = vim.tbl_extend('error', what, { textDocument = document(buffer), range = range })
  local _, id = server:request('specedit/applyEdit', params, function(err, result)
    if running[buffer] == edit then
      running[buffer] = nil
    end
    tell(err, result)
  end, buffer)
  edit.id = id
  running[buffer] = edit
end

--- Ask for an instruction, then edit the buffer that was current when it was asked for. `begun`: its first words.
function M.ask(range, begun)
  local buffer = vim.api.nvim_get_current_buf()
  vim.ui.input({ prompt = 'specedit: ', default = begun }, function(instruction)
    if instruction and instruction ~= '' then
      M.apply(instruction, range, buffer)
    end
  end)
end

--- Merge the text that was copied or yanked last into the current buffer.
function M.paste(range)
  local snippet = vim.fn.has('clipboard') == 1 and vim.fn.getreg('+') or ''
  snippet = snippet ~= '' and snippet or vim.fn.getreg('"')
  if snippet ~= '' then
    M.apply({ snippet = snippet }, range)
  else
    vim.notify('specedit: nothing was copied', vim.log.levels.WARN)
  end
end

--- Take back the last edit of the current buffer.
function M.undo()
  local buffer = vim.api.nvim_get_current_buf()
  local server = client(buffer)
  if server then
    local params = { command = 'specedit.undo', arguments = { { textDocument = document(buffer) } } }
    server:request('workspace/executeCommand', params, tell, buffer)
  end
end

--- Stop the edit under way in the current buffer.
function M.cancel()
  local buffer = vim.api.nvim_get_current_buf()
  local edit = running[buffer]
  if edit then
    running[buffer] = nil
    edit.client:cancel_request(edit.id)
  end
end

return M
