// What starting a process needs of glibc that only _GNU_SOURCE shows.
#ifndef CPROCESSES_H
#define CPROCESSES_H

#include <stddef.h>

/// Every file from the number `first` on is closed in the program that is started (`actions` is a
/// `posix_spawn_file_actions_t`).
int cprocesses_close_from(void *actions, int first);

/// The program starts in a folder; 0, or the number of the error.
int cprocesses_change_folder(void *actions, const char *path);

/// The flag with which the program leads a session of its own (POSIX_SPAWN_SETSID).
short cprocesses_session_flag(void);

/// Opens a new pseudo-terminal of a size.
///
/// @param path Receives the path of the end that a program has; 64 bytes are enough.
/// @return The end that stands for keyboard and screen, or −1 with `errno` set.
int cprocesses_open_terminal(int width, int height, char *path, size_t room);

/// Whether a child has ended, without letting go of it.
int cprocesses_is_over(int process);

#endif
