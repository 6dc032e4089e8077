import Foundation
import Processes
import TestSupport
import Testing

/// The program ended from outside while its screen is up.
@Suite struct EndingSignalTests {
  @Test(arguments: [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM,
    SIGPROF, SIGIO, SIGPWR, SIGSYS, SIGPIPE, SIGSEGV, SIGBUS,
  ])
  func `a signal that ends the program gives the terminal back as it was`(number: Int32) throws {
    try withPrimer { primer in
      let terminal = try PseudoTerminal()
      let file = open(terminal.path, O_RDWR | O_NOCTTY)
      defer { close(file) }
      var (before, after) = (termios(), termios())
      #expect(tcgetattr(file, &before) == 0)
      let process = try terminal.start(
        try PrimerProgram.path, ["--notebook", primer.folder.path + "/book"],
        environment: ["HOME": primer.folder.path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"])
      var output: [UInt8] = []
      func sees(_ text: String) -> Bool {
        output += terminal.output(within: 50) ?? []
        return String(decoding: output, as: UTF8.self).contains(text)
      }
      try wait("the screen") { sees("meta-learns") }
      process.send(number)
      #expect(try process.finish() == .killed(signal: number))
      // It leaves the other screen, shows the cursor, and lets the mouse alone.
      for code in ["\u{1B}[?1049l", "\u{1B}[?1006l", "\u{1B}[?2004l"] {
        try wait("\(code.debugDescription)") { sees(code) }
      }
      #expect(tcgetattr(file, &after) == 0)
      #expect(before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag)
      #expect(before.c_oflag == after.c_oflag && before.c_cflag == after.c_cflag)
    }
  }
}
