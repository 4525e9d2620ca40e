# ./mayfly up and ./mayfly down. Sourced by ./mayfly.

up() {
    take_images "$@"
    local detach=no arguments=() want_help=no
    while [ $# -gt 0 ]; do
        case "$1" in
            -d|--detach) detach=yes ;;
            -h|--help) want_help=yes ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
    [ "$want_help" = yes ] && { usage; exit 0; }

    need_root "./mayfly up (it makes the image and starts cells; the part that faces the network gives root up)"
    install_build_tools
    install_run_tools
    ensure_user
    want_image=yes
    build
    ensure_image
    if [ "$detach" = no ]; then
        program serve --first-key "${arguments[@]}"
    fi
    program start "${arguments[@]}"
}

down() {
    install_build_tools
    # What runs was built; sources that changed since, or do not compile, are no reason to let it run on.
    [ -e "$app/mayfly.dll" ] || build
    program stop "$@"
}
