package import RunFolders

/// Tests name series as people do: `"tuning/hi/loss"`.
extension SeriesKey: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package init(stringLiteral name: String) { self.init(name: name) }
}
