-- :checkhealth specedit
local M = {}

function M.check()
  vim.health.start('specedit')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or later is needed')
    return
  end
  local config = vim.lsp.config.specedit
  local command = config and config.cmd and config.cmd[1]
  if not command then
    vim.health.error("no configuration: put extensions/nvim into the 'runtimepath'")
  elseif vim.fn.executable(command) == 0 then
    vim.health.error(("'%s' is not in $PATH"):format(command), { 'install it from its repository (README, Install), or set cmd in vim.lsp.config' })
  else
    vim.health.ok(vim.trim(vim.fn.system({ command, '--version' })))
  end
  local attached = vim.lsp.get_clients({ name = 'specedit' })
  if #attached == 0 then
    vim.health.warn('attached to no buffer', { "vim.lsp.enable('specedit')" })
  else
    vim.health.ok(('attached to %d buffers'):format(vim.tbl_count(attached[1].attached_buffers)))
  end
end

return M
