import NotebookScreens
import Foundation
package import LabNotebook
import RunFolders

/// How busy the engine of a run keeps this machine's processors, from `/proc`.
///
/// An engine on another machine, or one that has ended, has no share that could be shown.
package struct ProcessorClock {
  private static let secondsBetweenLooks = 1.0

  private var process: Int32?
  private var lastTime = 0.0
  private var lastSeconds = 0.0

  package init() {}

  /// Processors kept busy since the last look, once a second at most: 1.9 is nearly two of them.
  package mutating func share(of run: RunRecord?, now: Double) -> Double? {
    guard let run, run.state == .running || run.state == .paused, let process = run.processID,
      run.host == ProcessInfo.processInfo.hostName
    else {
      self.process = nil
      return nil
    }
    guard process == self.process else {
      guard let seconds = Self.seconds(of: process) else { return nil }
      (self.process, lastTime, lastSeconds) = (process, now, seconds)
      return nil
    }
    guard now - lastTime >= Self.secondsBetweenLooks else { return nil }
    guard let seconds = Self.seconds(of: process) else {
      self.process = nil
      return nil
    }
    defer { (lastTime, lastSeconds) = (now, seconds) }
    return max(seconds - lastSeconds, 0) / (now - lastTime)
  }

  /// The processor time of an engine so far, in seconds; nil when there is no engine of the number.
  private static func seconds(of process: Int32) -> Double? {
    // A number may have gone to another program since the engine ended.
    let files = FileManager.default
    guard let program = try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe"),
      (program as NSString).lastPathComponent.hasPrefix("primer-engine"),
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    else { return nil }
    return seconds(inStat: text, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
  }

  /// What a `stat` file says of user and system time; nil when it says nothing.
  ///
  ///     4711 (primer-engine) R 1 4711 4711 0 -1 4194304 9 0 0 0 250 50 …   is 3 s at 100 ticks
  package static func seconds(inStat text: String, ticksPerSecond: Double) -> Double? {
    // The name stands in brackets and may hold anything, so what follows is counted from the last.
    guard let close = text.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return nil
    }
    return (user + system) / ticksPerSecond
  }
}
