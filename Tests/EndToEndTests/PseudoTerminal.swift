import Foundation
import Glibc
import LabNotebook
import RunQueue
import Testing

/// The other end of a terminal, for what a program writes only where it sees one.
struct PseudoTerminal {
  private let descriptor: Int32
  /// The path of the end that the program has.
  let path: String

  init() throws {
    // TIOCSPTLCK and TIOCGPTN of Linux's asm-generic/ioctls.h, where they are macros.
    let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, name): (Int32, Int32) = (0, 0)
    try #require(
      descriptor >= 0 && ioctl(descriptor, unlock, &isLocked) == 0
        && ioctl(descriptor, number, &name) == 0)
    path = "/dev/pts/\(name)"
  }

  /// Runs a program to its end, and returns every byte that it wrote on the terminal.
  func output(
    of program: String, _ arguments: [String], environment: [String: String]
  ) throws -> String {
    let process = try EngineProcess.spawnDetached(
      program, arguments: arguments, environment: environment, log: path)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    // The reading ends with an error once nobody has the other end any more.
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer.prefix(count)
    }
    close(descriptor)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return String(decoding: bytes, as: UTF8.self)
  }
}
