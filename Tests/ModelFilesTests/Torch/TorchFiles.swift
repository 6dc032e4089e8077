import Foundation

/// Files of PyTorch, small enough to be written here.
enum TorchFiles {
  /// What PyTorch 2.13 wrote for a program, here with `new`.
  ///
  ///     import torch, collections, base64, io, textwrap
  ///     a = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
  ///     state = collections.OrderedDict(weight=a, tied=a, turned=a.t(), part=a[1:, 1:],
  ///         half=torch.tensor([0.5, -2]).half(), bf=torch.tensor([3.0]).bfloat16(),
  ///         ids=torch.tensor([7]))
  ///     f = io.BytesIO()
  ///     torch.save(state, f, _use_new_zipfile_serialization=new)
  ///     print("\n".join(textwrap.wrap(base64.b64encode(f.getvalue()).decode(), 96)))
  static var zip: Data { decoded(zipText) }
  /// What it wrote without.
  static var legacy: Data { decoded(legacyText) }

  private static func decoded(_ text: String) -> Data {
    Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data()
  }

  /// A file as PyTorch wrote them before 1.6, around the pickle of an object.
  ///
  /// Each storage is `key`, how many numbers it claims, and its bytes.
  static func legacy(
    _ object: [UInt8], storages: [(key: String, count: Int, bytes: [UInt8])] = []
  ) -> Data {
    let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    var file = Data([0x80, 2, 0x8A, 10] + magic + [0x2E])
    file.append(contentsOf: [0x80, 2, 0x4D, 0xE9, 3, 0x2E])  // version 1001
    file.append(contentsOf: [0x80, 2, 0x7D, 0x2E])  // the machine: an empty dictionary
    file.append(contentsOf: [0x80, 2] + object + [0x2E])
    file.append(
      contentsOf: [0x80, 2, 0x5D, 0x28] + storages.flatMap { text($0.key) } + [0x65, 0x2E])
    for storage in storages {
      file.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: storage.count >> (8 * $0)) })
      file.append(contentsOf: storage.bytes)
    }
    return file
  }

  /// A text as a pickle has it.
  static func text(_ text: String) -> [UInt8] {
    [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
  }

  /// An integer as a pickle has it.
  static func integer(_ value: Int) -> [UInt8] {
    [0x8A, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A tensor of 32-bit floats as a pickle has it.
  static func tensor(
    key: String = "0", count: Int, offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    let storage =
      Array("(".utf8) + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text(key)
      + text("cpu") + integer(count) + Array("tQ".utf8)
    func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(integer) + [0x74] }
    return Array("ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage + integer(offset)
      + tuple(shape) + tuple(strides) + Array("\u{89}Nt".unicodeScalars.map { UInt8($0.value) })
      + Array("R".utf8)
  }

  /// A dictionary of tensors as a pickle has it.
  static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
    [0x7D, 0x28] + items.flatMap { text($0.0) + $0.1 } + [0x75]
  }

  private static let zipText = """
    UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAQABIAYXJjaGl2ZS9kYXRhLnBrbEZCDgBaWlpaWlpaWlpaWlpaWoACY2NvbGxl
    Y3Rpb25zCk9yZGVyZWREaWN0CnEAKVJxAShYBgAAAHdlaWdodHECY3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIK
    cQMoKFgHAAAAc3RvcmFnZXEEY3RvcmNoCkZsb2F0U3RvcmFnZQpxBVgBAAAAMHEGWAMAAABjcHVxB0sGdHEIUUsASwJLA4Zx
    CUsDSwGGcQqJaAApUnELdHEMUnENWAQAAAB0aWVkcQ5oDVgGAAAAdHVybmVkcQ9oAygoaARoBWgGaAdLBnRxEFFLAEsDSwKG
    cRFLAUsDhnESiWgAKVJxE3RxFFJxFVgEAAAAcGFydHEWaAMoKGgEaAVoBmgHSwZ0cRdRSwRLAUsChnEYSwNLAYZxGYloAClS
    cRp0cRtScRxYBAAAAGhhbGZxHWgDKChoBGN0b3JjaApIYWxmU3RvcmFnZQpxHlgBAAAAMXEfaAdLAnRxIFFLAEsChXEhSwGF
    cSKJaAApUnEjdHEkUnElWAIAAABiZnEmaAMoKGgEY3RvcmNoCkJGbG9hdDE2U3RvcmFnZQpxJ1gBAAAAMnEoaAdLAXRxKVFL
    AEsBhXEqSwGFcSuJaAApUnEsdHEtUnEuWAMAAABpZHNxL2gDKChoBGN0b3JjaApMb25nU3RvcmFnZQpxMFgBAAAAM3ExaAdL
    AXRxMlFLAEsBhXEzSwGFcTSJaAApUnE1dHE2UnE3dS5QSwcI7NM5qSACAAAgAgAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAA
    AAAXABsAYXJjaGl2ZS8uZm9ybWF0X3ZlcnNpb25GQhcAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWloxUEsHCLfv3IMBAAAAAQAA
    AFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAAGgA3AGFyY2hpdmUvLnN0b3JhZ2VfYWxpZ25tZW50RkIzAFpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWjY0UEsHCD93cekCAAAAAgAAAFBLAwQAAAgIAAAAAAAA
    AAAAAAAAAAAAAAAAEQA/AGFyY2hpdmUvYnl0ZW9yZGVyRkI7AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpabGl0dGxlUEsHCIU94xkGAAAABgAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAA
    DgA+AGFyY2hpdmUvZGF0YS8wRkI6AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWloAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEBQSwcIJOU5GRgAAAAYAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAA
    AAAOACwAYXJjaGl2ZS9kYXRhLzFGQigAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWgA4AMBQSwcI
    hKlYkAQAAAAEAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAOAEAAYXJjaGl2ZS9kYXRhLzJGQjwAWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaQEBQSwcIahx8xwIAAAACAAAAUEsDBAAA
    CAgAAAAAAAAAAAAAAAAAAAAAAAAOAEIAYXJjaGl2ZS9kYXRhLzNGQj4AWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWloHAAAAAAAAAFBLBwhw1udvCAAAAAgAAABQSwMEAAAICAAAAAAAAAAA
    AAAAAAAAAAAAAA8AOwBhcmNoaXZlL3ZlcnNpb25GQjcAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWjMKUEsHCNGeZ1UCAAAAAgAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAAHgAyAGFyY2hpdmUv
    LmRhdGEvc2VyaWFsaXphdGlvbl9pZEZCLgBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    MTA3Nzg2MjcyOTc5OTg1NDE2MjUwODg1OTIxMDY3OTU0MzY3MzU5OVBLBwhNSvh/KAAAACgAAABQSwECAAAAAAgIAAAAAAAA
    7NM5qSACAAAgAgAAEAAAAAAAAAAAAAAAAAAAAAAAYXJjaGl2ZS9kYXRhLnBrbFBLAQIAAAAACAgAAAAAAAC379yDAQAAAAEA
    AAAXAAAAAAAAAAAAAAAAAHACAABhcmNoaXZlLy5mb3JtYXRfdmVyc2lvblBLAQIAAAAACAgAAAAAAAA/d3HpAgAAAAIAAAAa
    AAAAAAAAAAAAAAAAANECAABhcmNoaXZlLy5zdG9yYWdlX2FsaWdubWVudFBLAQIAAAAACAgAAAAAAACFPeMZBgAAAAYAAAAR
    AAAAAAAAAAAAAAAAAFIDAABhcmNoaXZlL2J5dGVvcmRlclBLAQIAAAAACAgAAAAAAAAk5TkZGAAAABgAAAAOAAAAAAAAAAAA
    AAAAANYDAABhcmNoaXZlL2RhdGEvMFBLAQIAAAAACAgAAAAAAACEqViQBAAAAAQAAAAOAAAAAAAAAAAAAAAAAGgEAABhcmNo
    aXZlL2RhdGEvMVBLAQIAAAAACAgAAAAAAABqHHzHAgAAAAIAAAAOAAAAAAAAAAAAAAAAANQEAABhcmNoaXZlL2RhdGEvMlBL
    AQIAAAAACAgAAAAAAABw1udvCAAAAAgAAAAOAAAAAAAAAAAAAAAAAFIFAABhcmNoaXZlL2RhdGEvM1BLAQIAAAAACAgAAAAA
    AADRnmdVAgAAAAIAAAAPAAAAAAAAAAAAAAAAANgFAABhcmNoaXZlL3ZlcnNpb25QSwECAAAAAAgIAAAAAAAATUr4fygAAAAo
    AAAAHgAAAAAAAAAAAAAAAABSBgAAYXJjaGl2ZS8uZGF0YS9zZXJpYWxpemF0aW9uX2lkUEsGBiwAAAAAAAAAHgMtAAAAAAAA
    AAAACgAAAAAAAAAKAAAAAAAAAIMCAAAAAAAA+AYAAAAAAABQSwYHAAAAAHsJAAAAAAAAAQAAAFBLBQYAAAAACgAKAIMCAAD4
    BgAAAAA=
    """

  private static let legacyText = """
    gAKKCmz8nEb5IGqoUBkugAJN6QMugAJ9cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRsZV9lbmRpYW5x
    AohYCgAAAHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAAbG9uZ3EHSwR1dS6AAmNjb2xs
    ZWN0aW9ucwpPcmRlcmVkRGljdApxAClScQEoWAYAAAB3ZWlnaHRxAmN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3Yy
    CnEDKChYBwAAAHN0b3JhZ2VxBGN0b3JjaApGbG9hdFN0b3JhZ2UKcQVYDgAAADk0NDAzMjc2NjE4MTc2cQZYAwAAAGNwdXEH
    SwZOdHEIUUsASwJLA4ZxCUsDSwGGcQqJaAApUnELdHEMUnENWAQAAAB0aWVkcQ5oDVgGAAAAdHVybmVkcQ9oAygoaARoBVgO
    AAAAOTQ0MDMyNzY2MTgxNzZxEGgHSwZOdHERUUsASwNLAoZxEksBSwOGcROJaAApUnEUdHEVUnEWWAQAAABwYXJ0cRdoAygo
    aARoBVgOAAAAOTQ0MDMyNzY2MTgxNzZxGGgHSwZOdHEZUUsESwFLAoZxGksDSwGGcRuJaAApUnEcdHEdUnEeWAQAAABoYWxm
    cR9oAygoaARjdG9yY2gKSGFsZlN0b3JhZ2UKcSBYDgAAADk0NDAzMjc2NTYwNjI0cSFoB0sCTnRxIlFLAEsChXEjSwGFcSSJ
    aAApUnEldHEmUnEnWAIAAABiZnEoaAMoKGgEY3RvcmNoCkJGbG9hdDE2U3RvcmFnZQpxKVgOAAAAOTQ0MDMyNzY2NjQ2MDhx
    KmgHSwFOdHErUUsASwGFcSxLAYVxLYloAClScS50cS9ScTBYAwAAAGlkc3ExaAMoKGgEY3RvcmNoCkxvbmdTdG9yYWdlCnEy
    WA4AAAA5NDQwMzI3NjU2MDE3NnEzaAdLAU50cTRRSwBLAYVxNUsBhXE2iWgAKVJxN3RxOFJxOXUugAJdcQAoWA4AAAA5NDQw
    MzI3NjU2MDE3NnEBWA4AAAA5NDQwMzI3NjU2MDYyNHECWA4AAAA5NDQwMzI3NjYxODE3NnEDWA4AAAA5NDQwMzI3NjY2NDYw
    OHEEZS4BAAAAAAAAAAcAAAAAAAAAAgAAAAAAAAAAOADABgAAAAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEABAAAAAAAA
    AEBA
    """
}
