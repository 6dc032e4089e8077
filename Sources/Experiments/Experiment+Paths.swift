import Foundation

extension Experiment {
  /// The experiment with the paths that its run reads made absolute.
  ///
  /// - Parameter near: The experiment's file; relative paths may be relative to it.
  package func resolved(near: String?) throws(ExperimentError) -> Experiment {
    var result = self
    // What this kind of run does not read stays as it is, so that it is no difference.
    let paths =
      self[Settings.kind] == .pretraining
      ? [Settings.pretrainingText] : [Settings.encoderPath, Settings.dataPath]
    for setting in paths {
      let path = self[setting]
      let isEncoder = setting.key == Settings.encoderPath.key
      let found =
        isEncoder
        ? ResourceLocator.encoder(path, near: near) : ResourceLocator.resolve(path, near: near)
      if let found {
        try result.set(setting.key, to: found)
      } else if setting.key == Settings.dataPath.key, path.contains(":") {
        let folders = path.split(separator: ":").map(String.init)
        try result.set(
          setting.key,
          to: folders.map { ResourceLocator.resolve($0, near: near) ?? $0 }.joined(separator: ":"))
      }
    }
    let output = self[Settings.pretrainingOutput]
    if !output.isEmpty {
      let expanded = (output as NSString).expandingTildeInPath
      let full =
        expanded.hasPrefix("/")
        ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
      try result.set(
        Settings.pretrainingOutput.key, to: (full as NSString).standardizingPath)
    }
    return result
  }
}
