package import RunFolders

extension RunModel {
  /// Looks which files a run of the notebook has.
  package init(_ run: RunRecord) {
    self.init(
      run: run.id, folder: RunFolder(run.folder), experiment: run.experiment, state: run.state)
  }
}
