# PowerShell completion for sgid
Register-ArgumentCompleter -Native -CommandName sgid -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text }) + "$wordToComplete"
    $lines = @((($words -join [char]0) + [char]0) | sgid completion powershell --candidates 2>$null)
    if ($lines.Count -lt 2) { return }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $description = $_ -split [char]9, 2
        if (-not $description) { $description = $value }
        $text = if ($value -match '^[\w.=-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
