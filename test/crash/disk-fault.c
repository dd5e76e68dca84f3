/*
 * One fault at one disk operation of a process: built by scripts/crash-points.mjs, loaded with LD_PRELOAD. Operations are the calls
 * by which a file system is changed or made durable, on files below one folder; they are counted from 1, over all threads.
 *
 *   DISK_FAULT_FOLDER  what is below it is watched
 *   DISK_FAULT_ARM     while there is no file of this name, outside of the folder, nothing is counted and nothing fails
 *   DISK_FAULT_LOG     a file that gets a line for each operation: its number, its name, its file, its bytes
 *   DISK_FAULT_AT      at which operation
 *   DISK_FAULT_KIND    kill    the process ends before the operation
 *                      power   as kill; and what was written since each file's last fsync is undone
 *                      torn    as kill; but half of this write is on disk, and all that was written before
 *                      full    writes fail with ENOSPC, from this operation on for DISK_FAULT_COUNT operations
 *                      io      every operation fails with EIO, for as many
 *
 * A power cut undoes bytes, lengths, and names: a file whose folder was not synced since it was made, linked, renamed or removed
 * is as it was before. So it is the worst that a disk without a cache of its own may leave; what was not synced may also be there
 * in part, which `torn` and `kill` show.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, KILL, POWER, TORN, FULL, IO };
enum verdict { GO_ON, FAIL, TEAR };

/* What a power cut undoes: bytes that a write covered, the length that a file had, or a name. Newest first. */
struct undo {
  struct undo *next;
  dev_t device;
  ino_t inode;
  /* Its inode by now: undoing may have made the file anew. */
  ino_t inode_now;
  enum { BYTES, LENGTH, MADE, GONE } what;
  off_t offset;
  size_t length;
  char *bytes;
  char path[PATH_MAX];
};

static struct {
  char folder[PATH_MAX];
  char arm[PATH_MAX];
  int log;
  enum kind kind;
  long at;
  long count;
  const char *boot;
} plan;
static long operations;
static struct undo *undos;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static struct {
  ssize_t (*write)(int, const void *, size_t);
  ssize_t (*writev)(int, const struct iovec *, int);
  ssize_t (*pwrite64)(int, const void *, size_t, off_t);
  int (*fsync)(int);
  int (*fdatasync)(int);
  int (*ftruncate64)(int, off_t);
  int (*rename)(const char *, const char *);
  int (*unlink)(const char *);
  int (*link)(const char *, const char *);
  int (*mkdir)(const char *, mode_t);
  int (*open)(const char *, int, ...);
  int (*open64)(const char *, int, ...);
} real;

/* Other libraries may call before ours has begun. */
static void find_real(void) {
  if (real.open64) return;
  real.write = dlsym(RTLD_NEXT, "write");
  real.writev = dlsym(RTLD_NEXT, "writev");
  real.pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
  real.fsync = dlsym(RTLD_NEXT, "fsync");
  real.fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real.ftruncate64 = dlsym(RTLD_NEXT, "ftruncate64");
  real.rename = dlsym(RTLD_NEXT, "rename");
  real.unlink = dlsym(RTLD_NEXT, "unlink");
  real.link = dlsym(RTLD_NEXT, "link");
  real.mkdir = dlsym(RTLD_NEXT, "mkdir");
  real.open = dlsym(RTLD_NEXT, "open");
  real.open64 = dlsym(RTLD_NEXT, "open64");
}

__attribute__((constructor)) static void begin(void) {
  static const char *const names[] = {"none", "kill", "power", "torn", "full", "io"};
  const char *folder = getenv("DISK_FAULT_FOLDER"), *log = getenv("DISK_FAULT_LOG"), *kind = getenv("DISK_FAULT_KIND");
  const char *at = getenv("DISK_FAULT_AT"), *count = getenv("DISK_FAULT_COUNT");
  const char *arm = getenv("DISK_FAULT_ARM");
  find_real();
  plan.log = -1;
  plan.boot = getenv("DISK_FAULT_BOOT");
  if (arm) snprintf(plan.arm, sizeof plan.arm, "%s", arm);
  if (!folder || !realpath(folder, plan.folder)) return;
  if (log) plan.log = real.open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  for (int i = NONE; kind && i <= IO; i++)
    if (!strcmp(kind, names[i])) plan.kind = i;
  plan.at = at ? atol(at) : 0;
  plan.count = count ? atol(count) : 1;
}

static int is_below(const char *path) {
  size_t length = strlen(plan.folder);
  return length > 0 && !strncmp(path, plan.folder, length) && (path[length] == '/' || path[length] == 0);
}

/* The path of a watched file that is open; 0 for everything else. */
static int watched_file(int file, char *path) {
  char link[64];
  if (!plan.folder[0]) return 0;
  int was = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  errno = was;
  if (length <= 0) return 0;
  path[length] = 0;
  return is_below(path);
}

/* The path of a name, with its folder made real; 0 when it is not watched. */
static int watched_name(const char *name, char *path) {
  char copy[PATH_MAX], folder[PATH_MAX];
  if (!plan.folder[0] || strlen(name) >= PATH_MAX) return 0;
  int was = errno;
  strcpy(copy, name);
  char *slash = strrchr(copy, '/');
  const char *last = slash ? slash + 1 : copy;
  if (slash) *slash = 0;
  int found = realpath(slash ? (slash == copy ? "/" : copy) : ".", folder) != NULL;
  errno = was;
  return found && snprintf(path, PATH_MAX, "%s/%s", folder, last) < PATH_MAX && is_below(path);
}

static struct undo *push(int what, const struct stat *of, const char *path) {
  struct undo *undo = calloc(1, sizeof *undo);
  undo->what = what;
  undo->device = of->st_dev;
  undo->inode = undo->inode_now = of->st_ino;
  strcpy(undo->path, path);
  undo->next = undos;
  undos = undo;
  return undo;
}

/* Keeps what is at a place of a file before it is written over, and how long the file is. */
static void keep(int file, const char *path, off_t offset, size_t length) {
  struct stat now;
  if (plan.kind != POWER || fstat(file, &now)) return;
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  int reader = real.open(name, O_RDONLY | O_CLOEXEC);
  struct undo *bytes = push(BYTES, &now, path);
  bytes->offset = offset;
  bytes->bytes = malloc(length ? length : 1);
  ssize_t had = reader < 0 ? 0 : pread(reader, bytes->bytes, length, offset);
  bytes->length = had > 0 ? (size_t)had : 0;
  if (reader >= 0) close(reader);
  push(LENGTH, &now, path)->offset = now.st_size;
}

/* Keeps a whole file under a name that is about to be taken from it. */
static void keep_name(const char *path) {
  struct stat now;
  if (plan.kind != POWER || lstat(path, &now) || !S_ISREG(now.st_mode)) return;
  struct undo *gone = push(GONE, &now, path);
  int reader = real.open(path, O_RDONLY | O_CLOEXEC);
  gone->length = now.st_size;
  gone->bytes = malloc(gone->length ? gone->length : 1);
  if (reader >= 0 && pread(reader, gone->bytes, gone->length, 0) < 0) gone->length = 0;
  if (reader >= 0) close(reader);
}

/* A file is durable: nothing of its bytes can be undone any more. Of a folder, no name in it. */
static void settle(int file, const char *path) {
  struct stat now;
  if (plan.kind != POWER || fstat(file, &now)) return;
  size_t length = strlen(path);
  for (struct undo **at = &undos; *at;) {
    struct undo *undo = *at;
    int is_name = undo->what == MADE || undo->what == GONE;
    int is_in = !strncmp(undo->path, path, length) && undo->path[length] == '/' && !strchr(undo->path + length + 1, '/');
    int is_it = undo->device == now.st_dev && undo->inode == now.st_ino;
    if (S_ISDIR(now.st_mode) ? is_name && is_in : !is_name && is_it) {
      *at = undo->next;
      free(undo->bytes);
      free(undo);
    } else
      at = &undo->next;
  }
}

/* Undoes everything that is not durable, newest first. Bytes are found by their inode: their file may have another name by now. */
static void undo_all(void) {
  for (struct undo *undo = undos; undo; undo = undo->next) {
    struct stat now;
    if (undo->what == MADE) {
      real.unlink(undo->path);
    } else if (undo->what == GONE) {
      int file = real.open(undo->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (file < 0 || real.pwrite64(file, undo->bytes, undo->length, 0) < 0 || fstat(file, &now)) continue;
      close(file);
      for (struct undo *older = undo->next; older; older = older->next) {
        int is_name = older->what == MADE || older->what == GONE;
        if (is_name || older->inode != undo->inode || older->device != undo->device) continue;
        older->inode_now = now.st_ino;
        strcpy(older->path, undo->path);
      }
    } else if (!lstat(undo->path, &now) && S_ISREG(now.st_mode)) {
      int file = real.open(undo->path, O_WRONLY | O_CLOEXEC);
      if (file < 0) continue;
      if (undo->what == LENGTH && now.st_ino == undo->inode_now) real.ftruncate64(file, undo->offset);
      if (undo->what == BYTES && now.st_ino == undo->inode_now) real.pwrite64(file, undo->bytes, undo->length, undo->offset);
      close(file);
    }
  }
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts an operation and does to it what the plan says. Called with the turn held. */
static enum verdict meet(const char *name, const char *path, size_t bytes, int writes) {
  if (plan.arm[0]) {
    int was = errno;
    int is_off = access(plan.arm, F_OK);
    errno = was;
    if (is_off) return GO_ON;
  }
  operations++;
  if (plan.log >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s %zu\n", operations, name, path + strlen(plan.folder), bytes);
    if (real.write(plan.log, line, length) < 0) abort();
  }
  if (plan.at == 0 || operations < plan.at || operations >= plan.at + plan.count) return GO_ON;
  switch (plan.kind) {
    case POWER:
      undo_all();
      die();
      break;
    case KILL:
      die();
      break;
    case TORN:
      if (!writes || bytes == 0) die();
      return TEAR;
    case FULL:
      errno = ENOSPC;
      return writes ? FAIL : GO_ON;
    case IO:
      errno = EIO;
      return FAIL;
    case NONE:
      break;
  }
  return GO_ON;
}


ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) {
  find_real();
  char path[PATH_MAX];
  if (!watched_file(file, path)) return real.pwrite64(file, bytes, length, offset);
  pthread_mutex_lock(&turn);
  ssize_t done = -1;
  enum verdict verdict = meet("pwrite", path, length, 1);
  if (verdict == TEAR) {
    if (real.pwrite64(file, bytes, length / 2, offset) < 0) abort();
    die();
  }
  if (verdict == GO_ON) {
    keep(file, path, offset, length);
    done = real.pwrite64(file, bytes, length, offset);
  }
  pthread_mutex_unlock(&turn);
  return done;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  return pwrite64(file, bytes, length, offset);
}

ssize_t write(int file, const void *bytes, size_t length) {
  find_real();
  char path[PATH_MAX];
  if (!watched_file(file, path)) return real.write(file, bytes, length);
  pthread_mutex_lock(&turn);
  ssize_t done = -1;
  enum verdict verdict = meet("write", path, length, 1);
  if (verdict == TEAR) {
    if (real.write(file, bytes, length / 2) < 0) abort();
    die();
  }
  if (verdict == GO_ON) {
    off_t offset = fcntl(file, F_GETFL) & O_APPEND ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
    keep(file, path, offset, length);
    done = real.write(file, bytes, length);
  }
  pthread_mutex_unlock(&turn);
  return done;
}

/* One piece after the other: as good, and each is an operation. */
ssize_t writev(int file, const struct iovec *pieces, int count) {
  find_real();
  char path[PATH_MAX];
  if (!watched_file(file, path)) return real.writev(file, pieces, count);
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(file, pieces[i].iov_base, pieces[i].iov_len);
    if (done < 0) return all > 0 ? all : -1;
    all += done;
    if ((size_t)done < pieces[i].iov_len) break;
  }
  return all;
}

static int sync_with(int (*real)(int), const char *name, int file) {
  char path[PATH_MAX];
  if (!watched_file(file, path)) return real(file);
  pthread_mutex_lock(&turn);
  int done = meet(name, path, 0, 0) == GO_ON ? real(file) : -1;
  if (done == 0) settle(file, path);
  pthread_mutex_unlock(&turn);
  return done;
}

int fsync(int file) {
  find_real();
  return sync_with(real.fsync, "fsync", file);
}

int fdatasync(int file) {
  find_real();
  return sync_with(real.fdatasync, "fdatasync", file);
}

int ftruncate64(int file, off_t length) {
  find_real();
  char path[PATH_MAX];
  if (!watched_file(file, path)) return real.ftruncate64(file, length);
  struct stat now;
  pthread_mutex_lock(&turn);
  int done = -1;
  if (meet("ftruncate", path, length, 0) == GO_ON) {
    if (!fstat(file, &now)) keep(file, path, length, now.st_size > length ? now.st_size - length : 0);
    done = real.ftruncate64(file, length);
  }
  pthread_mutex_unlock(&turn);
  return done;
}

int ftruncate(int file, off_t length) {
  return ftruncate64(file, length);
}

static void made(const char *path) {
  struct stat now;
  if (plan.kind == POWER && !lstat(path, &now)) push(MADE, &now, path);
}

int rename(const char *from, const char *to) {
  find_real();
  char old_path[PATH_MAX], new_path[PATH_MAX];
  if (!watched_name(from, old_path) || !watched_name(to, new_path)) return real.rename(from, to);
  pthread_mutex_lock(&turn);
  int done = -1;
  if (meet("rename", new_path, 0, 0) == GO_ON) {
    struct undo *before = undos;
    keep_name(old_path);
    keep_name(new_path);
    done = real.rename(from, to);
    if (done == 0)
      made(new_path);
    else
      undos = before;
  }
  pthread_mutex_unlock(&turn);
  return done;
}

int unlink(const char *name) {
  find_real();
  char path[PATH_MAX];
  if (!watched_name(name, path) || access(path, F_OK)) return real.unlink(name);
  pthread_mutex_lock(&turn);
  int done = -1;
  if (meet("unlink", path, 0, 0) == GO_ON) {
    keep_name(path);
    done = real.unlink(name);
  }
  pthread_mutex_unlock(&turn);
  return done;
}

int link(const char *from, const char *to) {
  find_real();
  char path[PATH_MAX];
  if (!watched_name(to, path)) return real.link(from, to);
  pthread_mutex_lock(&turn);
  int done = meet("link", path, 0, 1) == GO_ON ? real.link(from, to) : -1;
  if (done == 0) made(path);
  pthread_mutex_unlock(&turn);
  return done;
}

int mkdir(const char *name, mode_t mode) {
  find_real();
  char path[PATH_MAX];
  if (!watched_name(name, path) || !access(path, F_OK)) return real.mkdir(name, mode);
  pthread_mutex_lock(&turn);
  int done = meet("mkdir", path, 0, 1) == GO_ON ? real.mkdir(name, mode) : -1;
  pthread_mutex_unlock(&turn);
  return done;
}

/* Only making a file is an operation. Which start of the machine it is, is what the test says: after a power cut it is another one. */
static int open_with(int (*real)(const char *, int, ...), const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  if (plan.boot && !strcmp(name, "/proc/sys/kernel/random/boot_id")) return real(plan.boot, flags, mode);
  if (!(flags & O_CREAT) || !watched_name(name, path) || !access(path, F_OK)) return real(name, flags, mode);
  pthread_mutex_lock(&turn);
  int done = meet("open", path, 0, 1) == GO_ON ? real(name, flags, mode) : -1;
  if (done >= 0) made(path);
  pthread_mutex_unlock(&turn);
  return done;
}

int open(const char *name, int flags, ...) {
  find_real();
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_with(real.open, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
  find_real();
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_with(real.open64, name, flags, mode);
}
