extension Theme {
  /// The theme that needs no file; it is the same as `themes/dark.theme`.
  package static let builtIn: Theme = {
    do throws(ThemeError) {
      return try Theme(text: builtInText, name: "dark", file: "built-in")
    } catch {
      preconditionFailure("The built-in theme must be a valid theme: \(error)")
    }
  }()

  /// The text of `themes/dark.theme`.
  static let builtInText = #"""
    # Dark: light text on nearly black.
    #
    # role = 16 colours | 256 colours | true colour
    # Each: foreground [on background] [bold underline reverse faint]; a colour is default, a name,
    # 0 to 255, or #rrggbb. The background of text fills the screen and lies behind every role that
    # names none; "text = default" leaves it to the terminal.

    text              = white on black                 | 252 on 233                 | #d1d7e0 on #0d1117
    faint             = brightBlack                    | 246                        | #8a8f98
    title             = brightWhite bold               | 255 bold                   | #e6edf3 bold
    border            = brightBlack                    | 240                        | #4b5563
    borderFocused     = cyan                           | 80                         | #39c5cf
    selection         = brightWhite on blue bold       | 231 on 24 bold             | #ffffff on #1f4f8b bold
    selectionInactive = black on white                 | 188 on 237                 | #d4d4d4 on #363b44
    header            = cyan bold                      | 111 bold                   | #79c0ff bold
    keyName           = black on cyan                  | 233 on 73                  | #0b1622 on #39a0b0
    keyHint           = white                          | 250                        | #b1bac4
    success           = green                          | 71                         | #3fb950
    warning           = yellow                         | 172                        | #d29922
    error             = brightRed bold                 | 209 bold                   | #ff7b72 bold
    accent            = cyan                           | 80                         | #39c5cf
    queued            = brightBlack                    | 246                        | #8b949e
    running           = brightGreen bold               | 77 bold                    | #56d364 bold
    paused            = yellow                         | 179                        | #e3b341
    finished          = green                          | 71                         | #3fb950
    stopped           = magenta                        | 141                        | #bc8cff
    failed            = brightRed bold                 | 203 bold                   | #f85149 bold
    interrupted       = brightYellow                   | 209                        | #f0883e
    innerLoss         = brightYellow                   | 179                        | #e3b341
    outerLoss         = brightCyan                     | 75                         | #58a6ff
    series1           = brightCyan                     | 75                         | #58a6ff
    series2           = brightYellow                   | 179                        | #e3b341
    series3           = brightGreen                    | 77                         | #56d364
    series4           = brightMagenta                  | 183                        | #d2a8ff
    series5           = brightRed                      | 209                        | #ff7b72
    series6           = cyan                           | 80                         | #39c5cf
    series7           = white                          | 252                        | #c9d1d9
    series8           = magenta                        | 211                        | #f778ba
    axis              = brightBlack                    | 246                        | #8a8f98
    barFilled         = cyan                           | 37                         | #2f9fb0
    barEmpty          = brightBlack                    | 238                        | #3a414b
    f1Up              = brightGreen                    | 77                         | #56d364
    f1Down            = brightRed                      | 209                        | #ff7b72
    inputText         = brightWhite underline          | 255 on 235 underline       | #e6edf3 on #21262d underline
    inputInvalid      = brightRed underline            | 216 on 235 underline       | #ffa198 on #3d1a1d underline
    changed           = brightYellow bold              | 179 bold                   | #e3b341 bold
    badge             = black on yellow                | 233 on 172                 | #1a1406 on #d29922
    entityPER         = brightCyan bold                | 75 bold                    | #58a6ff bold
    entityORG         = brightYellow bold              | 179 bold                   | #e3b341 bold
    entityLOC         = brightGreen bold               | 77 bold                    | #56d364 bold
    entityOther       = brightMagenta bold             | 183 bold                   | #d2a8ff bold
    help              = white                          | 250                        | #b1bac4
    cursor            = black on brightWhite           | 233 on 255                 | #0d1117 on #e6edf3

    """#
}
