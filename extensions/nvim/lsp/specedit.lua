-- Neovim 0.11 and later: vim.lsp.enable('specedit')
return {
  cmd = { 'specedit', 'lsp' },
  filetypes = {
    'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'go', 'rust', 'java', 'c', 'cpp',
  },
  root_markers = { { 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml' }, '.git' },
  init_options = { canAsk = true, canPaste = true }, -- there are the commands specedit.ask and specedit.paste
}
