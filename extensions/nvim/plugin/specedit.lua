-- The commands. What they do is in lua/specedit/init.lua.
vim.api.nvim_create_user_command('Specedit', function(call)
  local range = call.range > 0 and require('specedit').lines(call.line1, call.line2) or nil
  if call.args ~= '' then
    require('specedit').apply(call.args, range)
  else
    require('specedit').ask(range)
  end
end, { nargs = '*', range = true, desc = 'Edit by instruction: the file, or the lines of the range' })

vim.api.nvim_create_user_command('SpeceditUndo', function()
  require('specedit').undo()
end, { desc = 'Take back the last edit of specedit in this buffer, and keep what was typed since' })

vim.api.nvim_create_user_command('SpeceditCancel', function()
  require('specedit').cancel()
end, { desc = 'Stop the edit under way' })

vim.api.nvim_create_autocmd('LspProgress', {
  desc = 'Show what specedit is at',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'specedit' then
      require('specedit').show(event.data.params.value)
    end
  end,
})

-- Code actions that are commands of ours: the server has no box to type into, and no clipboard.
vim.lsp.commands['specedit.ask'] = function(command)
  local where = command.arguments[1]
  require('specedit').ask(where.range, where.instruction)
end

vim.lsp.commands['specedit.paste'] = function(command)
  require('specedit').paste(command.arguments[1].range)
end
