import Foundation
import GRDB
import Synchronization

/// The database of an index: a file, or the memory of this process where no file can be written.
final class IndexDatabase: Sendable {
  /// The file; nil for one in memory.
  let path: String?
  let reader: any DatabaseReader & Sendable
  /// What writes; nil for one that is only read.
  let writer: (any DatabaseWriter & Sendable)?
  /// `data_version` counts what other connections changed, so one connection is kept for it.
  private let versionReader: DatabaseQueue?
  private let ownChanges = Atomic<Int>(0)

  /// Opens the file of an index, and makes its tables where it has none.
  init(path: String, patience: Double) throws {
    var configuration = Self.configuration(patience: patience)
    configuration.maximumReaderCount = 3
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.write { database in
      try IndexSchema.create(database)
      try SchemaCheck.carryOut(database)
    }
    self.path = path
    reader = pool
    writer = pool
    versionReader = try Self.reading(path, patience: patience)
  }

  /// Opens the file of an index to read what is there.
  init(reading path: String, patience: Double) throws {
    let queue = try Self.reading(path, patience: patience)
    try queue.read { try SchemaCheck.carryOut($0) }
    self.path = path
    reader = queue
    writer = nil
    versionReader = queue
  }

  /// An index in memory, which is empty.
  init() throws {
    let queue = try DatabaseQueue(configuration: Self.configuration(patience: 0))
    try queue.write { try IndexSchema.create($0) }
    path = nil
    reader = queue
    writer = queue
    versionReader = nil
  }

  /// How every connection is made: it waits for those that write.
  static func configuration(patience: Double) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // What stands in a file may look like this program's own and be somebody else's.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  /// A connection that only reads.
  ///
  /// SQLite shares a file between processes through another file beside it; where the folder
  /// cannot be written to, nobody can write the index either, and it is read as it lies.
  static func reading(_ path: String, patience: Double = 10) throws -> DatabaseQueue {
    var configuration = configuration(patience: patience)
    configuration.readonly = true
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
      let isUnshared = (log?[.size] as? Int ?? 0) == 0
      let folder = (path as NSString).deletingLastPathComponent
      guard [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode.primaryResultCode),
        isUnshared, access(folder, W_OK) != 0,
        let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
      else { throw error }
      return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }
  }

  /// Carries out changes in one transaction.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else { preconditionFailure("An index that is only read cannot be written") }
    defer { ownChanges.add(1, ordering: .relaxed) }
    return try writer.write(body)
  }

  /// A number that is another whenever any connection has changed the index.
  func version() throws -> Int {
    let others =
      try versionReader?.read { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 } ?? 0
    return others &+ ownChanges.load(ordering: .relaxed)
  }

  /// Closes the file; all goes into the one file, unless others have it open.
  func close() throws {
    if path != nil {
      try? writer?.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }
    if writer != nil { try versionReader?.close() }
    try reader.close()
  }

  /// Whether an error tells that what stands in the file is not what this program writes.
  static func isDamage(_ error: any Error) -> Bool {
    switch error {
    case let error as DatabaseError:
      [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT].contains(
        error.resultCode.primaryResultCode)
    case is UnreadableRow, is RowDecodingError, is SchemaCheck.Problem: true
    default: false
    }
  }
}
