import { mount } from 'svelte';
import './board.css';
import './parts/parts.css';
import Board from './Board.svelte';

const target = document.getElementById('board');
if (target) mount(Board, { target });
