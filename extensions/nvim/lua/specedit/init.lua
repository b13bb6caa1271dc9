-- Requests to the specedit language server of a buffer.
local M = {}

local running = {} -- buffer → the edit under way: { client, id }

local WAIT_MS = 15000 -- for a server that is starting
local title = '' -- of what runs

local function say(text)
  vim.api.nvim_echo({ { text } }, false, {})
end

local function not_attached()
  vim.notify('specedit is not attached to this buffer; see :checkhealth specedit', vim.log.levels.ERROR)
end

--- Whether the server may yet attach to a buffer: it is configured, there, and meant for such files.
local function may_attach(buffer)
  local config = vim.lsp.config.specedit
  if not config or (vim.lsp.is_enabled and not vim.lsp.is_enabled('specedit')) then
    return false
  end
  local program = type(config.cmd) == 'table' and config.cmd[1]
  local is_there = not program or vim.fn.executable(program) == 1
  return is_there and (not config.filetypes or vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype))
end

--- Call `act` with the buffer's client, as soon as there is one.
local function with_client(buffer, act)
  local found = vim.lsp.get_clients({ bufnr = buffer, name = 'specedit' })[1]
  if found then
    return act(found)
  elseif not may_attach(buffer) then
    return not_attached()
  end
  say('specedit: waiting for the server')
  local is_done, waiting = false, nil
  waiting = vim.api.nvim_create_autocmd('LspAttach', {
    buffer = buffer,
    callback = function(event)
      local attached = vim.lsp.get_client_by_id(event.data.client_id)
      if attached and attached.name == 'specedit' and not is_done then
        is_done = true
        vim.schedule(function()
          act(attached)
        end)
        return true -- once
      end
    end,
  })
  vim.defer_fn(function()
    if not is_done then
      is_done = true
      pcall(vim.api.nvim_del_autocmd, waiting)
      not_attached()
    end
  end, WAIT_MS)
end

--- Show what runs, and how far it is: the value of a progress notification.
function M.show(value)
  if value.kind == 'begin' then
    title = value.title
  end
  say(value.kind == 'end' and '' or table.concat({ title, value.message and (': ' .. value.message) or ' …' }))
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
  with_client(buffer, function(server)
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
  end)
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
  with_client(buffer, function(server)
    local params = { command = 'specedit.undo', arguments = { { textDocument = document(buffer) } } }
    server:request('workspace/executeCommand', params, tell, buffer)
  end)
end

--- Stop the edit under way in the current buffer.
function M.cancel()
  local buffer = vim.api.nvim_get_current_buf()
  local edit = running[buffer]
  if edit then
    running[buffer] = nil
    edit.client:cancel_request(edit.id)
    vim.notify('specedit: stopped', vim.log.levels.INFO) -- one that came too late is told by its answer
  else
    vim.notify('specedit: nothing is under way in this buffer', vim.log.levels.WARN)
  end
end

return M
