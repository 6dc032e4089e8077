import Foundation

/// The folder in which the Hugging Face libraries keep what they have downloaded.
///
///     models--ORG--NAME/refs/main             the commit that main stood for when it was downloaded
///     models--ORG--NAME/snapshots/COMMIT/     the files, as links into blobs/
///
/// A model is found by its name as transformers finds it offline: the snapshot of `refs/main`.
package struct HuggingFaceCache: Hashable, Sendable {
  /// The folder of the models.
  package let folder: String

  /// A model that is in the cache.
  package struct Model: Hashable, Sendable {
    /// Its name on the Hub, as `FacebookAI/xlm-roberta-base`.
    package var name: String
    /// The folder of its files.
    package var path: String
  }

  /// A cache in a folder.
  package init(folder: String) {
    self.folder = folder
  }

  /// The cache that an environment asks for: `HF_HUB_CACHE`, or `hub` in `HF_HOME`, or
  /// `~/.cache/huggingface/hub`.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func path(_ name: String) -> String? {
      guard let value = environment[name], !value.isEmpty else { return nil }
      guard value == "~" || value.hasPrefix("~/"), let home = environment["HOME"] else {
        return value
      }
      return home + value.dropFirst()
    }
    let caches = path("XDG_CACHE_HOME") ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache"
    folder =
      path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE")
      ?? (path("HF_HOME") ?? caches + "/huggingface") + "/hub"
  }

  /// The folder of a model's files; nil where the cache does not have the model.
  package func path(of name: String) -> String? {
    guard Self.isName(name) else { return nil }
    return snapshot(folder + "/models--" + name.replacing("/", with: "--"))
  }

  /// The models in the cache that have a configuration, by name.
  package var models: [Model] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return folders.sorted().compactMap { entry -> Model? in
      guard entry.hasPrefix("models--") else { return nil }
      let name = String(entry.dropFirst("models--".count)).replacing("--", with: "/")
      guard Self.isName(name), let path = snapshot("\(folder)/\(entry)") else { return nil }
      return Model(name: name, path: path)
    }
  }

  private func snapshot(_ model: String) -> String? {
    let reference = try? String(contentsOfFile: model + "/refs/main", encoding: .utf8)
    let commit = (reference ?? "main").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !commit.isEmpty, !commit.contains("/"), !commit.hasPrefix(".") else { return nil }
    let path = "\(model)/snapshots/\(commit)"
    // fileExists follows links: false if the blob was deleted.
    return FileManager.default.fileExists(atPath: path + "/config.json") ? path : nil
  }

  /// Whether a text may be the name of a model on the Hub: `NAME` or `ORG/NAME`.
  package static func isName(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return 1...2 ~= parts.count && text.utf8.count <= 96 && !text.contains("--")
      && !text.contains("..")
      && parts.allSatisfy { part in
        guard let first = part.first, let last = part.last else { return false }
        let isPlain = part.allSatisfy {
          (48...57 ~= $0) || (65...90 ~= $0) || (97...122 ~= $0) || "._-".utf8.contains($0)
        }
        return isPlain && !"._-".utf8.contains(first) && !".-".utf8.contains(last)
      }
  }

  /// The command that downloads a model; nil if the text cannot be a model's name.
  package static func advice(downloading name: String) -> String? {
    isName(name) ? "hf download \(name)" : nil
  }
}

extension ResourceLocator {
  /// The folder of an encoder: a folder that is there, or the model of that name in the Hugging Face
  /// cache; nil when there is neither.
  package static func encoder(_ path: String, near: String?) -> String? {
    resolve(path, near: near) ?? HuggingFaceCache().path(of: path)
  }
}
