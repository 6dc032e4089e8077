import Foundation

/// Texts as C's `argv` and `environ` have them.
package enum CStrings {
  /// Calls `body` with copies of texts and a null pointer at the end.
  package static func with<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
  ) rethrows -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return try body(copies + [nil])
  }
}
