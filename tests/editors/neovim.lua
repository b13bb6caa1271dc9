-- Runs the steps of a test in Neovim: nvim --headless -l neovim.lua FILE STEPS, a Lua chunk. Prints what STEPS return as JSON.
local file, steps = arg[1], arg[2]
local here = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.uv.fs_realpath(arg[0]))))
vim.opt.runtimepath:append(here .. '/extensions/nvim')
vim.cmd.source(here .. '/extensions/nvim/plugin/specedit.lua')
vim.cmd('filetype on')
vim.o.fixendofline = false

local told = {}
vim.notify = function(message) -- luacheck: ignore
  table.insert(told, message)
end

local function wait(what, condition)
  assert(vim.wait(300000, condition, 20), 'waited in vain: ' .. what)
end

vim.lsp.config('specedit', { cmd = vim.json.decode(vim.env.SPECEDIT_LSP), root_markers = { 'root' } })
vim.lsp.enable('specedit')
vim.cmd.edit(file)
local is_early = steps:find('-- early', 1, true) -- before the server is there
wait('attached', function()
  if is_early then
    return true
  end
  local found = vim.lsp.get_clients({ bufnr = 0, name = 'specedit' })[1]
  return found and found.initialized
end)

local api = {
  told = told,
  wait = wait,
  -- Until specedit has said something more.
  answer = function()
    local before = #told
    wait('an answer', function()
      return #told > before
    end)
    return told[#told]
  end,
  bytes = function()
    vim.cmd.write()
    return vim.base64.encode(vim.fn.readblob(file))
  end,
  -- A script is one undo block; a person makes one at each command.
  step = function()
    vim.o.undolevels = vim.o.undolevels
  end,
}
local result = assert(loadstring(steps))(api)
io.stdout:write(vim.json.encode(result))
vim.cmd('qall!')
