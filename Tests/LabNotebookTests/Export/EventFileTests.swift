import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@Suite struct EventFileTests {
  /// The check value of CRC-32C, as RFC 3720 and the catalogues of CRCs have it.
  @Test func `the checksum of the digits 1 to 9 is that of the books`() {
    #expect(EventFile.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(EventFile.checksum([]) == 0)
    #expect(EventFile.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  /// The bytes are those of tensorboard 2.21.
  ///
  ///     w = RecordWriter(b)
  ///     w.write(Event(wall_time=1.5, file_version="brain.Event:2").SerializeToString())
  ///     value = Summary.Value(tag="outer/loss", simple_value=0.25)
  ///     w.write(Event(wall_time=2.5, step=300, summary=Summary(value=[value])).SerializeToString())
  @Test func `a file with one point is what tensorboard itself writes, byte for byte`() {
    var file = EventFile(time: Date(timeIntervalSince1970: 1.5))
    file.add(
      scalar: 0.25, tag: "outer/loss", step: 300, time: Date(timeIntervalSince1970: 2.5))
    #expect(
      file.data.map { String(format: "%02x", $0) }.joined()
        == "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c"
        + "2100000000000000017becf609000000000000044010ac022a130a110a0a6f757465722f6c6f7373150000"
        + "803ee3326090")
  }
}
