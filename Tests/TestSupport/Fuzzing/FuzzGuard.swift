import Foundation
import Synchronization

/// Names the input that a process dies of: a trap, a hang, memory out of proportion.
///
/// A signal's handler writes the input to a file and the seed to standard error before the process
/// ends as it would have. A thread looks at the clock of each fuzzing thread and at the memory of
/// the process. The clocks count processor time, so that a busy machine is no hang.
final class FuzzGuard {
  /// An input may take this many seconds of processor time; those that are read take milliseconds.
  private static let patience = 20
  /// The process may grow by so much during an input.
  private static let memoryLimit = 3 << 30
  private static let slotCount = 64

  /// What the handler may look at: plain memory that is never moved.
  private struct Slot {
    var thread: pthread_t = 0
    var isBusy = false
    var seed: UInt64 = 0
    var began = 0
    var input: UnsafeMutableRawPointer?
    var length = 0
    var path: UnsafeMutablePointer<CChar>?
    var message: UnsafeMutablePointer<CChar>?
  }

  nonisolated(unsafe) private static let slots = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: slotCount)
    slots.initialize(repeating: Slot(), count: slotCount)
    return slots
  }()
  nonisolated(unsafe) private static let previous =
    UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE]
  private static let lock = Mutex(false)

  private let kind: String
  private let slot: UnsafeMutablePointer<Slot>
  private let stack: UnsafeMutableRawPointer

  /// A guard of this thread's inputs.
  init(kind: String) {
    self.kind = kind
    Self.lock.withLock { isInstalled in
      if !isInstalled { Self.install() }
      isInstalled = true
    }
    let free = Self.lock.withLock { _ in
      let index = (0..<Self.slotCount).first { Self.slots[$0].thread == 0 }
      guard let index else { preconditionFailure("At most \(Self.slotCount) fuzz at a time") }
      Self.slots[index].thread = pthread_self()
      return index
    }
    slot = Self.slots + free
    // The handler needs a stack of its own when the thread's is used up.
    let size = 1 << 16
    stack = .allocate(byteCount: size, alignment: 16)
    var alternative = stack_t(ss_sp: stack, ss_flags: 0, ss_size: size)
    sigaltstack(&alternative, nil)
  }

  /// Ends the guard.
  func end() {
    var none = stack_t(ss_sp: nil, ss_flags: Int32(SS_DISABLE), ss_size: 0)
    sigaltstack(&none, nil)
    stack.deallocate()
    Self.lock.withLock { _ in slot.pointee = Slot() }
  }

  /// Where an input that failed is kept.
  static func keptPath(kind: String, seed: UInt64) -> String {
    let name = kind.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    return NSTemporaryDirectory() + "primer-fuzz-\(String(name))-\(seed)-\(getpid())"
  }

  /// Calls `body`, and names the input if the process does not survive it.
  func watching<Result>(
    _ input: [UInt8], seed: UInt64, _ body: () throws -> Result
  ) rethrows -> Result {
    try input.withUnsafeBytes { bytes in
      let path = Self.keptPath(kind: kind, seed: seed)
      let message =
        "\nfuzz: \(kind) dies of the input kept as \(path); try it alone with "
        + "PRIMER_FUZZ_SEED=\(seed) PRIMER_FUZZ_INPUTS=1\n"
      return try path.withCString { path in
        try message.withCString { message in
          slot.pointee.input = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
          slot.pointee.length = bytes.count
          slot.pointee.path = UnsafeMutablePointer(mutating: path)
          slot.pointee.message = UnsafeMutablePointer(mutating: message)
          slot.pointee.began = Self.processorTime(of: slot.pointee.thread)
          slot.pointee.seed = seed
          slot.pointee.isBusy = true
          defer { slot.pointee.isBusy = false }
          return try body()
        }
      }
    }
  }

  // MARK: The end of a process

  private static func install() {
    _ = slots
    for number in signals {
      var action = sigaction()
      action.sa_flags = Int32(SA_ONSTACK)
      action.__sigaction_handler.sa_handler = { number in
        FuzzGuard.keepInput(of: pthread_self())
        // What was there before does what it would have done.
        sigaction(number, FuzzGuard.previous + Int(number), nil)
        if number == SIGABRT { raise(number) }
      }
      sigaction(number, &action, previous + Int(number))
    }
    let thread = Thread { watch() }
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Writes the input of a thread to its file; nothing here takes memory or a lock.
  private static func keepInput(of thread: pthread_t) {
    for index in 0..<slotCount where slots[index].thread == thread && slots[index].isBusy {
      let slot = slots[index]
      guard let path = slot.path, let message = slot.message else { return }
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        _ = write(descriptor, slot.input, slot.length)
        close(descriptor)
      }
      _ = write(STDERR_FILENO, message, strlen(message))
    }
  }

  private static func processorTime(of thread: pthread_t) -> Int {
    var clock: clockid_t = 0
    var time = timespec()
    guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return 0
    }
    return time.tv_sec
  }

  private static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "re") else { return 0 }
    defer { fclose(file) }
    var (all, resident) = (0, 0)
    withUnsafeMutablePointer(to: &all) { all in
      withUnsafeMutablePointer(to: &resident) { resident in
        _ = withVaList([all, resident]) { vfscanf(file, "%ld %ld", $0) }
      }
    }
    return resident * Int(getpagesize())
  }

  private static func watch() {
    var usual = residentBytes()
    while true {
      usleep(20_000)
      let now = residentBytes()
      let isWild = now > usual + memoryLimit
      // Tests beside this one grow slowly; what an input takes, it takes at once.
      usual = max(usual, min(now, usual + (8 << 20)))
      for index in 0..<slotCount where slots[index].isBusy {
        let isLong = processorTime(of: slots[index].thread) - slots[index].began > patience
        guard isLong || isWild else { continue }
        keepInput(of: slots[index].thread)
        let reason = isLong ? "fuzz: it hangs\n" : "fuzz: it takes \(now >> 20) MiB\n"
        FileHandle.standardError.write(Data(reason.utf8))
        signal(SIGABRT, SIG_DFL)
        abort()
      }
    }
  }
}
