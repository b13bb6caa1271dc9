"""C and C++: names that are not a workspace's own.

Those of functions, types and macros of C11, 7, and of POSIX.1-2008 (XSH), which headers of the system declare, too; and
those that a program's start, a compiler or the templates of C++'s library look for, though nothing writes them.
"""

from specedit.edits.syntax.language import words
from specedit.engine.errors import NameRefused

_LIBRARY = words(
    "BUFSIZ CHAR_BIT EOF EXIT_FAILURE EXIT_SUCCESS FILE INT_MAX INT_MIN LONG_MAX LONG_MIN NULL RAND_MAX SIZE_MAX "
    "UINT_MAX ULONG_MAX a64l abort abs accept access acos acosh alarm aligned_alloc alphasort asctime asctime_r asin "
    "asinh assert at_quick_exit atan atan2 atanh atexit atof atoi atol atomic_flag_clear atomic_flag_clear_explicit "
    "atomic_flag_test_and_set atomic_flag_test_and_set_explicit atomic_signal_fence atomic_thread_fence bind bool "
    "bsearch btowc c16rtomb c32rtomb cabs cacos cacosh call_once calloc carg casin casinh catan catanh catclose "
    "catgets catopen cbrt ccos ccosh ceil cexp cfgetispeed cfgetospeed cfsetispeed cfsetospeed chdir chmod chown "
    "cimag clearerr clock clock_getcpuclockid clock_getres clock_gettime clock_nanosleep clock_settime clock_t clog "
    "close closedir closelog cnd_broadcast cnd_destroy cnd_init cnd_signal cnd_timedwait cnd_wait confstr conj "
    "connect copysign cos cosh cpow cproj creal creat csin csinh csqrt ctan ctanh ctermid ctime ctime_r difftime "
    "dirfd dirname div div_t dlclose dlerror dlopen dlsym dprintf drand48 dup dup2 duplocale endgrent endhostent "
    "endnetent endprotoent endpwent endservent environ erand48 erf erfc errno execl execle execlp execv execve execvp "
    "exit exp exp2 expm1 fabs faccessat false fchdir fchmod fchmodat fchown fchownat fclose fcntl fdatasync fdim "
    "fdopen fdopendir feclearexcept fegetenv fegetexceptflag fegetround feholdexcept feof feraiseexcept ferror "
    "fesetenv fesetexceptflag fesetround fetestexcept feupdateenv fexecve fflush ffs fgetc fgetpos fgets fgetwc "
    "fgetws fileno flockfile floor fma fmax fmemopen fmin fmod fnmatch fopen fork fpathconf fpos_t fprintf fputc "
    "fputs fputwc fputws fread free freeaddrinfo freelocale freopen frexp fscanf fseek fseeko fsetpos fstat fstatat "
    "fsync ftell ftello ftruncate ftrylockfile ftw funlockfile futimens fwide fwprintf fwrite fwscanf gai_strerror "
    "getaddrinfo getc getc_unlocked getchar getchar_unlocked getcwd getdate getdelim getegid getenv geteuid getgid "
    "getgrent getgrgid getgrgid_r getgrnam getgrnam_r getgroups gethostbyaddr gethostbyname gethostent gethostid "
    "gethostname getitimer getline getlogin getlogin_r getnameinfo getnetbyaddr getnetbyname getnetent getopt "
    "getpeername getpgid getpgrp getpid getppid getpriority getprotobyname getprotobynumber getprotoent getpwent "
    "getpwnam getpwnam_r getpwuid getpwuid_r getrlimit getrusage getservbyname getservbyport getservent getsid "
    "getsockname getsockopt getsubopt gettimeofday getuid getwc getwchar glob globfree gmtime gmtime_r grantpt "
    "hcreate hdestroy hsearch htonl htons hypot iconv iconv_close iconv_open ilogb imaxabs imaxdiv inet_addr "
    "inet_lnaof inet_makeaddr inet_netof inet_network inet_ntoa inet_ntop inet_pton initstate insque int int16_t "
    "int32_t int64_t int8_t intptr_t isalnum isalnum_l isalpha isalpha_l isascii isatty isblank isblank_l iscntrl "
    "iscntrl_l isdigit isdigit_l isgraph isgraph_l islower islower_l isprint isprint_l ispunct ispunct_l isspace "
    "isspace_l isupper isupper_l iswalnum iswalnum_l iswalpha iswalpha_l iswblank iswblank_l iswcntrl iswcntrl_l "
    "iswctype iswctype_l iswdigit iswdigit_l iswgraph iswgraph_l iswlower iswlower_l iswprint iswprint_l iswpunct "
    "iswpunct_l iswspace iswspace_l iswupper iswupper_l iswxdigit iswxdigit_l isxdigit isxdigit_l j0 j1 jmp_buf jn "
    "jrand48 kill killpg l64a labs lchown lcong48 ldexp ldiv lfind lgamma link linkat listen llabs lldiv llrint "
    "llround localeconv localtime localtime_r lockf log log10 log1p log2 logb longjmp lrand48 lrint lround lsearch "
    "lseek lstat malloc mblen mbrlen mbrtoc16 mbrtoc32 mbrtowc mbsinit mbsnrtowcs mbsrtowcs mbstowcs mbtowc memccpy "
    "memchr memcmp memcpy memmove memset mkdir mkdirat mkdtemp mkfifo mkfifoat mknod mknodat mkstemp mktime mlock "
    "mlockall mmap mode_t modf mprotect mq_close mq_getattr mq_notify mq_open mq_receive mq_send mq_setattr "
    "mq_timedreceive mq_timedsend mq_unlink mrand48 msync mtx_destroy mtx_init mtx_lock mtx_timedlock mtx_trylock "
    "mtx_unlock munlock munlockall munmap nan nanosleep nearbyint newlocale nextafter nexttoward nftw nice "
    "nl_langinfo nl_langinfo_l nrand48 ntohl ntohs off_t offsetof open open_memstream open_wmemstream openat opendir "
    "openlog optarg opterr optind optopt pathconf pause pclose perror pid_t pipe poll popen posix_fadvise "
    "posix_fallocate posix_madvise posix_memalign posix_openpt posix_spawn posix_spawn_file_actions_addclose "
    "posix_spawn_file_actions_adddup2 posix_spawn_file_actions_addopen posix_spawn_file_actions_destroy "
    "posix_spawn_file_actions_init posix_spawnattr_destroy posix_spawnattr_getflags posix_spawnattr_getpgroup "
    "posix_spawnattr_getschedparam posix_spawnattr_getschedpolicy posix_spawnattr_getsigdefault "
    "posix_spawnattr_getsigmask posix_spawnattr_init posix_spawnattr_setflags posix_spawnattr_setpgroup "
    "posix_spawnattr_setschedparam posix_spawnattr_setschedpolicy posix_spawnattr_setsigdefault "
    "posix_spawnattr_setsigmask posix_spawnp pow pread printf pselect psiginfo psignal pthread_atfork "
    "pthread_attr_destroy pthread_attr_getdetachstate pthread_attr_getguardsize pthread_attr_getinheritsched "
    "pthread_attr_getschedparam pthread_attr_getschedpolicy pthread_attr_getscope pthread_attr_getstack "
    "pthread_attr_getstackaddr pthread_attr_getstacksize pthread_attr_init pthread_attr_setdetachstate "
    "pthread_attr_setguardsize pthread_attr_setinheritsched pthread_attr_setschedparam pthread_attr_setschedpolicy "
    "pthread_attr_setscope pthread_attr_setstack pthread_attr_setstackaddr pthread_attr_setstacksize "
    "pthread_barrier_destroy pthread_barrier_init pthread_barrier_wait pthread_barrierattr_destroy "
    "pthread_barrierattr_getpshared pthread_barrierattr_init pthread_barrierattr_setpshared pthread_cancel "
    "pthread_cond_broadcast pthread_cond_destroy pthread_cond_init pthread_cond_signal pthread_cond_timedwait "
    "pthread_cond_wait pthread_condattr_destroy pthread_condattr_getclock pthread_condattr_getpshared "
    "pthread_condattr_init pthread_condattr_setclock pthread_condattr_setpshared pthread_create pthread_detach "
    "pthread_equal pthread_exit pthread_getconcurrency pthread_getcpuclockid pthread_getschedparam "
    "pthread_getspecific pthread_join pthread_key_create pthread_key_delete pthread_kill pthread_mutex_consistent "
    "pthread_mutex_destroy pthread_mutex_getprioceiling pthread_mutex_init pthread_mutex_lock "
    "pthread_mutex_setprioceiling pthread_mutex_timedlock pthread_mutex_trylock pthread_mutex_unlock "
    "pthread_mutexattr_destroy pthread_mutexattr_getprioceiling pthread_mutexattr_getprotocol "
    "pthread_mutexattr_getpshared pthread_mutexattr_getrobust pthread_mutexattr_gettype pthread_mutexattr_init "
    "pthread_mutexattr_setprioceiling pthread_mutexattr_setprotocol pthread_mutexattr_setpshared "
    "pthread_mutexattr_setrobust pthread_mutexattr_settype pthread_once pthread_rwlock_destroy pthread_rwlock_init "
    "pthread_rwlock_rdlock pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock pthread_rwlock_tryrdlock "
    "pthread_rwlock_trywrlock pthread_rwlock_unlock pthread_rwlock_wrlock pthread_rwlockattr_destroy "
    "pthread_rwlockattr_getkind_np pthread_rwlockattr_getpshared pthread_rwlockattr_init "
    "pthread_rwlockattr_setkind_np pthread_rwlockattr_setpshared pthread_self pthread_setcancelstate "
    "pthread_setcanceltype pthread_setconcurrency pthread_setschedparam pthread_setschedprio pthread_setspecific "
    "pthread_sigmask pthread_spin_destroy pthread_spin_init pthread_spin_lock pthread_spin_trylock "
    "pthread_spin_unlock pthread_testcancel ptrdiff_t ptsname putc putc_unlocked putchar putchar_unlocked putenv puts "
    "putwc putwchar pwrite qsort quick_exit raise rand rand_r random read readdir readdir_r readlink readlinkat readv "
    "realloc realpath recv recvfrom recvmsg regcomp regerror regexec regfree remainder remove remque remquo rename "
    "renameat rewind rewinddir rint rmdir round scalbln scalbn scandir scanf sched_get_priority_max "
    "sched_get_priority_min sched_getparam sched_getscheduler sched_rr_get_interval sched_setparam sched_setscheduler "
    "sched_yield seed48 seekdir select sem_close sem_destroy sem_getvalue sem_init sem_open sem_post sem_timedwait "
    "sem_trywait sem_unlink sem_wait send sendmsg sendto setbuf setegid setenv seteuid setgid setgrent sethostent "
    "setitimer setjmp setlocale setlogmask setnetent setpgid setpgrp setpriority setprotoent setpwent setregid "
    "setreuid setrlimit setservent setsid setsockopt setstate setuid setvbuf shm_open shm_unlink shutdown "
    "sig_atomic_t sigaction sigaddset sigaltstack sigdelset sigemptyset sigfillset sighold sigignore siginterrupt "
    "sigismember siglongjmp signal sigpause sigpending sigprocmask sigqueue sigrelse sigset sigsuspend sigtimedwait "
    "sigwait sigwaitinfo sin sinh size_t sleep snprintf sockaddr sockatmark socket socketpair sprintf sqrt srand "
    "srand48 srandom sscanf ssize_t stat stderr stdin stdout stpcpy stpncpy strcasecmp strcasecmp_l strcat strchr "
    "strcmp strcoll strcoll_l strcpy strcspn strdup strerror strerror_l strerror_r strftime strftime_l strlen "
    "strncasecmp strncasecmp_l strncat strncmp strncpy strndup strnlen strpbrk strptime strrchr strsignal strspn "
    "strstr strtod strtof strtoimax strtok strtok_r strtol strtold strtoul strtoumax strxfrm strxfrm_l swab swprintf "
    "swscanf symlink symlinkat sync sysconf syslog system tan tanh tcdrain tcflow tcflush tcgetattr tcgetpgrp "
    "tcgetsid tcsendbreak tcsetattr tcsetpgrp tdelete telldir tempnam tfind tgamma thrd_create thrd_current "
    "thrd_detach thrd_equal thrd_exit thrd_join thrd_sleep thrd_yield time time_t timer_create timer_delete "
    "timer_getoverrun timer_gettime timer_settime timespec timespec_get timeval tm tmpfile tmpnam toascii tolower "
    "tolower_l toupper toupper_l towctrans towctrans_l towlower towlower_l towupper towupper_l true trunc truncate "
    "tsearch tss_create tss_delete tss_get tss_set ttyname ttyname_r twalk tzset uint16_t uint32_t uint64_t uint8_t "
    "uintptr_t umask uname ungetc ungetwc unlink unlinkat unlockpt unsetenv uselocale utime utimensat utimes va_arg "
    "va_copy va_end va_list va_start vdprintf vfprintf vfscanf vfwprintf vfwscanf void vprintf vscanf vsnprintf "
    "vsprintf vsscanf vswprintf vswscanf vwprintf vwscanf wait waitid waitpid wchar_t wcpcpy wcpncpy wcrtomb "
    "wcscasecmp wcscasecmp_l wcscat wcschr wcscmp wcscoll wcscoll_l wcscpy wcscspn wcsdup wcsftime wcslen wcsncasecmp "
    "wcsncasecmp_l wcsncat wcsncmp wcsncpy wcsnlen wcsnrtombs wcspbrk wcsrchr wcsrtombs wcsspn wcsstr wcstod wcstof "
    "wcstoimax wcstok wcstol wcstold wcstombs wcstoul wcstoumax wcswcs wcswidth wcsxfrm wcsxfrm_l wctob wctomb "
    "wctrans wctrans_l wctype wctype_l wcwidth wmemchr wmemcmp wmemcpy wmemmove wmemset wordexp wordfree wprintf "
    "write writev wscanf y0 y1 yn"
)
_LIBRARY |= words(
    "isinf isnan isnormal isfinite signbit fpclassify isgreater isgreaterequal isless islessequal islessgreater isunordered "
    "NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL M_PI M_E FLT_EPSILON DBL_EPSILON FLT_MAX FLT_MIN DBL_MAX DBL_MIN FLT_DIG DBL_DIG "
    "SCHAR_MAX SCHAR_MIN UCHAR_MAX CHAR_MAX CHAR_MIN SHRT_MAX SHRT_MIN USHRT_MAX LLONG_MAX LLONG_MIN ULLONG_MAX SSIZE_MAX "
    "INT8_MAX INT16_MAX INT32_MAX INT64_MAX INT8_MIN INT16_MIN INT32_MIN INT64_MIN UINT8_MAX UINT16_MAX UINT32_MAX UINT64_MAX "
    "INTPTR_MAX UINTPTR_MAX PTRDIFF_MAX WCHAR_MAX PRId64 PRIu64 PRIx64 PRId32 PRIu32 SEEK_SET SEEK_CUR SEEK_END PATH_MAX "
    "static_assert noreturn alignas alignof thread_local complex I unix linux"
)
_ENTRIES = words(
    "main wmain WinMain wWinMain DllMain LLVMFuzzerTestOneInput LLVMFuzzerInitialize _start _init _fini"
)
# [range.access], [iterator.traits], [allocator.requirements], [thread.req.lockable], [dcl.fct.def.coroutine] of C++20
_PROTOCOLS = words(
    "begin end cbegin cend rbegin rend size empty data get swap hash value type value_type size_type difference_type "
    "iterator const_iterator iterator_category iterator_concept element_type reference const_reference pointer const_pointer key_type mapped_type "
    "result_type argument_type allocate deallocate construct destroy rebind rebind_alloc max_size allocator_type select_on_container_copy_construction "
    "lock unlock try_lock promise_type get_return_object initial_suspend final_suspend unhandled_exception return_value return_void "
    "yield_value await_ready await_suspend await_resume await_transform push_back push_front insert emplace_back tuple_size tuple_element "
    "what base common_type numeric_limits is_transparent is_always_equal char_type int_type pos_type off_type state_type sputn overflow underflow xsputn"
)


def refuse_of_library(name: str, *, is_member: bool, is_cpp: bool) -> None:
    """Refuse a name that is declared, or looked for, outside of the workspace.

    Raises:
        NameRefused: with what has it.
    """
    if name in _ENTRIES:
        raise NameRefused(
            f"'{name}' is what a program's start is called: nothing in the workspace can rename it"
        )
    if is_cpp and name in _PROTOCOLS:
        raise NameRefused(
            f"'{name}' is a name that the templates of C++'s library look for; it cannot be renamed"
        )
    if not is_member and name in _LIBRARY:
        raise NameRefused(
            f"'{name}' is a name of the C library, which headers of the system declare, too"
        )
