import Files
import Foundation
import TestSupport
import Testing

/// Files that are put in place whole.
@Suite struct AtomicFileTests {
  private static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private static func text(of path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `a file is replaced whole, and nothing stays beside it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/a"
      try AtomicFile.write("one", to: path)
      try AtomicFile.write("two", to: path)
      #expect(try Self.text(of: path) == "two")
      #expect(try Self.names(in: folder.path) == ["a"])
    }
  }

  @Test func `a file and a folder have the mode that the mask of this process leaves`() throws {
    // Asked of the system, since the mask can only be read by changing it.
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Umask:") })
    let mask = try #require(mode_t(line.split(separator: "\t")[1], radix: 8))
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: folder.path + "/a")
      let pending = try PendingFolder(beside: folder.path + "/b")
      #expect(try pending.put(at: folder.path + "/b"))
      var (file, made) = (stat(), stat())
      #expect(stat(folder.path + "/a", &file) == 0 && stat(folder.path + "/b", &made) == 0)
      #expect(file.st_mode & 0o777 == 0o666 & ~mask)
      #expect(made.st_mode & 0o777 == 0o777 & ~mask)
    }
  }

  @Test func `a link in the way is replaced, and what it leads to stays`() throws {
    try withTemporaryFolder { folder in
      let (path, other) = (folder.path + "/a", folder.path + "/other")
      try "precious".write(toFile: other, atomically: false, encoding: .utf8)
      symlink(other, path)
      try AtomicFile.write("mine", to: path)
      #expect(try Self.text(of: other) == "precious")
      #expect(try Self.text(of: path) == "mine")
      #expect(
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
          == .typeRegular)
    }
  }

  @Test func `a folder, a pipe or a device in the way is left alone`() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/a"
      mkfifo(path, 0o644)
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
      unlink(path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/dev/null") }
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: path + "/none/b") }
      #expect(try Self.names(in: folder.path) == ["a"])
    }
  }

  @Test func `nobody can guess the name beside, and it fits where the file's own does`() {
    let names = Set((0..<100).map { _ in AtomicFile.nameBeside("/x/out.csv") })
    #expect(names.count == 100)
    for name in names {
      #expect(name.hasPrefix("/x/.out.csv.") && AtomicFile.isLeftover(PathText.name(of: name)))
    }
    for stem in [String(repeating: "ü", count: 127), String(repeating: "👩‍👩‍👧", count: 14)] {
      #expect(PathText.name(of: AtomicFile.nameBeside("/x/" + stem)).utf8.count <= 255)
    }
  }

  @Test func `a file that does not come into its place leaves nothing, nor does a folder`() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: folder.path + "/a")
      do {
        let file = try PendingFile(folder.path + "/a")
        try file.write(Array("new".utf8))
        let made = try PendingFolder(beside: folder.path + "/b")
        try AtomicFile.write("x", to: made.path + "/x")
        #expect(try Self.names(in: folder.path).count == 3)
        withExtendedLifetime((file, made)) {}
      }
      #expect(try Self.names(in: folder.path) == ["a"])
      #expect(try Self.text(of: folder.path + "/a") == "old")
    }
  }

  @Test func `a new file never replaces another`() throws {
    try withTemporaryFolder { (folder) throws in
      let path = folder.path + "/a"
      #expect(try AtomicFile.writeNew(Array("one".utf8), to: path))
      #expect(try !AtomicFile.writeNew(Array("two".utf8), to: path))
      #expect(try Self.text(of: path) == "one")
      #expect(try Self.names(in: folder.path) == ["a"])
    }
  }

  @Test func `a folder gets its place whole, and replaces nothing`() throws {
    try withTemporaryFolder { folder in
      let place = folder.path + "/1"
      let first = try PendingFolder(beside: place)
      try AtomicFile.write("x", to: first.path + "/x")
      #expect(try first.put(at: place))
      let second = try PendingFolder(beside: place)
      #expect(try !second.put(at: place))
      try AtomicFile.write("x", to: folder.path + "/2")
      #expect(try !second.put(at: folder.path + "/2"))
      #expect(try Self.names(in: place) == ["x"])
      first.takeBack()
      #expect(!FileManager.default.fileExists(atPath: place))
      #expect(try second.put(at: place))
      let doomed = try PendingFolder(takingAway: place)
      #expect(!FileManager.default.fileExists(atPath: place))
      try doomed.remove()
      #expect(throws: FileError.self) { _ = try PendingFolder(takingAway: place) }
    }
  }

  @Test func `what a crash left is swept, what somebody writes and all else stays`() throws {
    try withTemporaryFolder { url in
      let folder = url.path
      for name in [
        "/predictions", "/checkpoints/.000003.x\(AtomicFile.ending)", "/.partial", "/to",
      ] {
        try FileManager.default.createDirectory(
          atPath: folder + name, withIntermediateDirectories: true)
      }
      let left = [
        "/.a.x1\(AtomicFile.ending)", "/predictions/.dat.nosync1234.abc",
        "/predictions/.hi.dev.conll.9z\(AtomicFile.ending)",
        "/checkpoints/.000003.x\(AtomicFile.ending)/state.json", "/.partial/tensors.safetensors",
        "/predictions/hi.safetensors.partial",
      ]
      let kept = [
        "/a\(AtomicFile.ending)", "/.hidden", "/predictions/hi.dev.conll", "/to/precious",
      ]
      for name in left + kept {
        #expect(FileManager.default.createFile(atPath: folder + name, contents: nil))
      }
      symlink(folder + "/to", folder + "/.link\(AtomicFile.ending)")
      symlink(folder + "/to", folder + "/checkpoints/link")
      mkfifo(folder + "/.pipe\(AtomicFile.ending)", 0o600)
      let file = try PendingFile(folder + "/new")
      let made = try PendingFolder(beside: folder + "/made")
      AtomicFile.sweep(folder)
      for name in left {
        #expect(!FileManager.default.fileExists(atPath: folder + name), "\(name)")
      }
      for name in kept { #expect(FileManager.default.fileExists(atPath: folder + name), "\(name)") }
      try file.putInPlace()
      #expect(try made.put(at: folder + "/made"))
      #expect(try Self.names(in: folder + "/made").isEmpty)
    }
  }

  @Test func `sweeping all the time takes nothing from many who write`() throws {
    try withTemporaryFolder { (url) throws in
      let folder = url.path
      let sweeper = Thread { while !Thread.current.isCancelled { AtomicFile.sweep(folder) } }
      sweeper.start()
      DispatchQueue.concurrentPerform(iterations: 4) { writer in
        for number in 0..<200 {
          do {
            try AtomicFile.write("\(number)", to: "\(folder)/\(writer)", isDurable: false)
            let made = try PendingFolder(beside: "\(folder)/made")
            try AtomicFile.write("x", to: made.path + "/x", isDurable: false)
            let isPlaced = try made.put(at: "\(folder)/made-\(writer)-\(number)")
            #expect(isPlaced)
          } catch {
            Issue.record("\(error)")
          }
        }
      }
      sweeper.cancel()
      for writer in 0..<4 {
        #expect(try Self.text(of: "\(folder)/\(writer)") == "199")
        for number in 0..<200 {
          #expect(try Self.text(of: "\(folder)/made-\(writer)-\(number)/x") == "x")
        }
      }
    }
  }

  @Test func `room is what can be written, and trying leaves nothing`() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(AtomicFile.hasRoom(1 << 16, in: folder.path))
      #expect(!AtomicFile.hasRoom(1 << 60, in: folder.path))
      #expect(!AtomicFile.hasRoom(1, in: folder.path + "/none"))
      #expect(try Self.names(in: folder.path).isEmpty)
    }
  }
}
