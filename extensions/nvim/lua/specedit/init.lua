-- Requests to the specedit language server of the current buffer.
local M = {}

local running -- the id of the request under way

local function client()
  local found = vim.lsp.get_clients({ bufnr = 0, name = 'specedit' })[1]
  if not found then
    vim.notify("specedit is not attached to this buffer; see :checkhealth specedit", vim.log.levels.ERROR)
  end
  return found
end

local function document()
  return { uri = vim.uri_from_bufnr(0), version = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()] }
end

local function tell(err, result)
  running = nil
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

--- Edit the current buffer by instruction; only the lines of `range`, if it is given.
function M.apply(instruction, range)
  local server = client()
  if server then
    local params = { textDocument = document(), instruction = instruction, range = range }
    local _, id = server:request('specedit/applyEdit', params, tell, 0)
    running = id
  end
end

--- Ask for an instruction, then edit.
function M.ask(range)
  vim.ui.input({ prompt = 'specedit: ' }, function(instruction)
    if instruction and instruction ~= '' then
      M.apply(instruction, range)
    end
  end)
end

--- Take back the last edit.
function M.undo()
  local server = client()
  if server then
    local params = { command = 'specedit.undo', arguments = { { textDocument = document() } } }
    server:request('workspace/executeCommand', params, tell, 0)
  end
end

--- Stop the edit under way.
function M.cancel()
  local server = client()
  if server and running then
    server:cancel_request(running)
  end
end

return M
