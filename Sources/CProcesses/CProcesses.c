#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

int cprocesses_close_from(void *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int cprocesses_change_folder(void *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

short cprocesses_session_flag(void) { return POSIX_SPAWN_SETSID; }

int cprocesses_open_terminal(int width, int height, char *path, size_t room) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return -1;
  struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
  int problem = grantpt(terminal) || unlockpt(terminal) ? errno : ptsname_r(terminal, path, room);
  if (problem == 0 && ioctl(terminal, TIOCSWINSZ, &size) != 0) problem = errno;
  if (problem == 0) return terminal;
  close(terminal);
  errno = problem;
  return -1;
}

int cprocesses_is_over(int process) {
  siginfo_t facts = {0};
  int status = waitid(P_PID, (id_t)process, &facts, WEXITED | WNOHANG | WNOWAIT);
  return status != 0 || facts.si_pid == process;
}
