import Experiments
import Foundation
import TestSupport
import Testing

/// Caches as `hf download` leaves them.
@Suite struct HuggingFaceCacheTests {
  /// Puts a model into a cache: its files are links into blobs.
  private func download(
    _ name: String, to cache: URL, commit: String = "0123abcd", isMain: Bool = true
  ) throws {
    let manager = FileManager.default
    let model = cache.appending(path: "models--" + name.replacing("/", with: "--"))
    let snapshot = model.appending(path: "snapshots/\(commit)")
    for folder in [model.appending(path: "blobs"), model.appending(path: "refs"), snapshot] {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try Data("{}".utf8).write(to: model.appending(path: "blobs/aa"))
    try manager.createSymbolicLink(
      atPath: snapshot.path + "/config.json", withDestinationPath: "../../blobs/aa")
    if isMain { try Data(commit.utf8).write(to: model.appending(path: "refs/main")) }
  }

  @Test func `a model is found by its name, at the commit of main`() throws {
    try withTemporaryFolder { folder in
      try download("FacebookAI/xlm-roberta-base", to: folder, commit: "old")
      try download("FacebookAI/xlm-roberta-base", to: folder, commit: "new")
      try download("bert-base-multilingual-cased", to: folder)
      try download("some/branch", to: folder, isMain: false)
      let cache = HuggingFaceCache(folder: folder.path)
      let path = try #require(cache.path(of: "FacebookAI/xlm-roberta-base"))
      #expect(path.hasSuffix("/models--FacebookAI--xlm-roberta-base/snapshots/new"))
      #expect(cache.path(of: "bert-base-multilingual-cased") != nil)
      #expect(cache.path(of: "some/branch") == nil)
      #expect(cache.path(of: "xlm-roberta-base") == nil)
      #expect(
        cache.models.map(\.name) == ["FacebookAI/xlm-roberta-base", "bert-base-multilingual-cased"])
      try FileManager.default.removeItem(
        at: folder.appending(path: "models--bert-base-multilingual-cased/blobs/aa"))
      #expect(cache.path(of: "bert-base-multilingual-cased") == nil, "the link leads nowhere")
    }
  }

  @Test func `the environment says where the cache is`() {
    func folder(_ environment: [String: String]) -> String {
      HuggingFaceCache(environment: environment.merging(["HOME": "/home/ada"]) { $1 }).folder
    }
    #expect(folder([:]) == "/home/ada/.cache/huggingface/hub")
    #expect(folder(["XDG_CACHE_HOME": "/c"]) == "/c/huggingface/hub")
    #expect(folder(["HF_HOME": "/hf", "XDG_CACHE_HOME": "/c"]) == "/hf/hub")
    #expect(folder(["HF_HUB_CACHE": "~/models", "HF_HOME": "/hf"]) == "/home/ada/models")
  }

  @Test func `a path is no name, and a name says how to download it`() {
    for path in ["/models/bert", "./bert", "a/b/c", "", "a b", "../x", "x--y", "~/bert", "a/"] {
      #expect(!HuggingFaceCache.isName(path), "\(path)")
      #expect(HuggingFaceCache.advice(downloading: path) == nil)
    }
    #expect(
      HuggingFaceCache.advice(downloading: "jhu-clsp/mmBERT-base")
        == "hf download jhu-clsp/mmBERT-base")
  }
}
