import Foundation
import GRDB
package import LabNotebook

/// What other programs and disks do to the index of a notebook, to try out how it bears that.
extension Notebook {
  /// Carries out SQL on a file as any other program may, in one transaction.
  package static func alter(_ path: String, _ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(10)
    let file = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? file.close() }
    try file.write { database in
      try database.execute(sql: "PRAGMA writable_schema = ON")
      try database.execute(sql: sql)
    }
  }

  /// Carries something out while nobody else can write the index, as when another program keeps it
  /// locked.
  package func keepingLocked<Result>(_ body: () throws -> Result) throws -> Result {
    let file = try DatabaseQueue(path: folder + "/notebook.sqlite")
    defer { try? file.close() }
    return try file.inDatabase { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      defer { try? database.execute(sql: "ROLLBACK") }
      return try body()
    }
  }
}
