// Leaving the terminal as it was found, also when the process is ended by a signal or crashes. What
// signal handlers do here is async-signal-safe: write, tcsetattr, dup2, read, sigaction, raise.
#define _GNU_SOURCE
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

// Every signal with a name that ends a process unless it is handled, but for KILL.
static const int ending[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGILL,    SIGSEGV,
                             SIGABRT, SIGTRAP, SIGBUS,  SIGFPE,  SIGSYS,    SIGUSR1,
                             SIGUSR2, SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF,
                             SIGPOLL, SIGPWR,  SIGSTKFLT, SIGPIPE};
static const int waking[] = {SIGWINCH, SIGTSTP, SIGCONT};
enum { ENDING = sizeof ending / sizeof *ending, WAKING = sizeof waking / sizeof *waking };

static struct sigaction before[ENDING + WAKING];
static struct termios settings;
static char reset_text[1024];
static volatile sig_atomic_t is_open, is_armed;
static int wake_pipe = -1, kept_stderr = -1, taken_stderr = -1;
static char spare_stack[65536];

static void write_all(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(file, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

// Puts stderr back and writes what it received meanwhile.
static void replay_stderr(void) {
  if (kept_stderr < 0) return;
  dup2(kept_stderr, STDERR_FILENO);
  char bytes[4096];
  off_t place = 0;
  ssize_t count;
  while ((count = pread(taken_stderr, bytes, sizeof bytes, place)) > 0) {
    write_all(STDERR_FILENO, bytes, (size_t)count);
    place += count;
  }
  close(kept_stderr);
  close(taken_stderr);
  kept_stderr = taken_stderr = -1;
}

static void restore(bool writes_reset) {
  if (!is_open) return;
  is_open = 0;
  // A job that is suspended has given the terminal back already.
  if (writes_reset && is_armed) write_all(STDOUT_FILENO, reset_text, strlen(reset_text));
  if (is_armed) tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  replay_stderr();
}

static void end_process(int number) {
  restore(true);
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(number, &standard, NULL);
  raise(number);
}

static void wake(int number) {
  int kept = errno;
  unsigned char byte = (unsigned char)number;
  if (wake_pipe >= 0 && write(wake_pipe, &byte, 1) < 0) {
    // The pipe is full, so the reader wakes anyway.
  }
  errno = kept;
}

static void restore_at_exit(void) { restore(true); }

bool cncurses_guard_begin(int wake_end) {
  if (is_open || tcgetattr(STDIN_FILENO, &settings) != 0) return false;
  static bool is_registered;
  if (!is_registered) is_registered = atexit(restore_at_exit) == 0;
  wake_pipe = wake_end;
  is_armed = 0;
  if (isatty(STDERR_FILENO)) {
    kept_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    taken_stderr = memfd_create("stderr", MFD_CLOEXEC);
    if (kept_stderr >= 0 && taken_stderr >= 0) {
      fcntl(taken_stderr, F_SETFL, O_APPEND);
      dup2(taken_stderr, STDERR_FILENO);
    } else {
      if (kept_stderr >= 0) close(kept_stderr);
      if (taken_stderr >= 0) close(taken_stderr);
      kept_stderr = taken_stderr = -1;
    }
  }
  is_open = 1;
  return true;
}

void cncurses_guard_arm(const char *reset) {
  strncpy(reset_text, reset, sizeof reset_text - 1);
  stack_t stack = {.ss_sp = spare_stack, .ss_size = sizeof spare_stack};
  sigaltstack(&stack, NULL);
  for (int i = 0; i < ENDING; i++) {
    struct sigaction action = {.sa_handler = end_process, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(ending[i], &action, &before[i]);
    // What was ignored (nohup) stays ignored.
    if (before[i].sa_handler == SIG_IGN) sigaction(ending[i], &before[i], NULL);
  }
  for (int i = 0; i < WAKING; i++) {
    struct sigaction action = {.sa_handler = wake};
    sigaction(waking[i], &action, &before[ENDING + i]);
  }
  is_armed = 1;
}

void cncurses_guard_end(void) {
  if (!is_open) return;
  restore(false);
  wake_pipe = -1;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  if (!is_armed) return;
  is_armed = 0;
  // ncurses had installed handlers of its own where nobody else had; they end with it.
  for (int i = 0; i < ENDING; i++) {
    if (before[i].sa_handler != SIG_IGN) sigaction(ending[i], &standard, NULL);
  }
  for (int i = 0; i < WAKING; i++) sigaction(waking[i], &standard, NULL);
}

void cncurses_stop_job(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
  is_armed = 0;
  sigaction(SIGTSTP, &standard, &ours);
  kill(0, SIGTSTP);
  // Continued here.
  sigaction(SIGTSTP, &ours, NULL);
  is_armed = 1;
}
